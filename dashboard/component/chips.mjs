// Town-level marks: together in one chip beside the name of their town.

import { look } from "./look.mjs"
import { measure } from "./text.mjs"

const CHIP_STEP = 17
// A chip is all that a town shows of its initiatives, so it looks further for room than a label may.
const CHIP_REACH = [0, 14, 30, 46, 64, 84, 106, 130, 160]

// Town-level features stand in one chip beside the name of their town, never on a spot.
export function chips(rows, view, say, type, narrow) {
  const perTown = new Map()
  for (const row of rows) {
    const key = row.feature.at.join(",")
    if (!perTown.has(key)) perTown.set(key, [])
    perTown.get(key).push(row)
  }
  return [...perTown.entries()].map(([key, members]) => {
    const [x, y] = view.at(members[0].feature.at)
    const text = narrow
      ? ""
      : members.length === 1
        ? say("in_town_one")
        : say("in_town", { n: members.length })
    const perLine = Math.min(members.length, look.marks_per_row)
    const deep = Math.ceil(members.length / perLine)
    const words = narrow ? 0 : Math.ceil(measure(type.plain, text)) + 6
    const beside = perLine <= 3
    const w = beside
      ? perLine * CHIP_STEP + words + 12
      : Math.max(words + 6, perLine * CHIP_STEP + 12)
    const h = deep * CHIP_STEP + (beside || narrow ? 7 : 24)
    return {
      kind: "chip",
      key: `chip:${key}`,
      members,
      text,
      perLine,
      beside,
      x,
      y,
      r: 6,
      w,
      h,
      reach: CHIP_REACH,
    }
  })
}

// Where the icons of a chip stand, within its box.
export function chipIcon(item, index) {
  const [w, n] = item.spot.box
  const down = item.beside || item.text === "" ? 12 : 29
  return [
    w + 13 + (index % item.perLine) * CHIP_STEP,
    n + down + Math.floor(index / item.perLine) * CHIP_STEP,
  ]
}
