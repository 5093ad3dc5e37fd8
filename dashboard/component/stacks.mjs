// The figures of one spot in one card, below one another, instead of several labels around it.

import { sized } from "./text.mjs"

const STACKED = new Set(["card", "text"])
// Between two parts of a card, and around them.
export const PART_GAP = 7
const [PAD_X, PAD_Y] = [8, 4]

// The labels with those of one spot as the parts of one; each keeps the place of the first of them.
export function stack(labels) {
  const spots = new Map()
  for (const label of labels) {
    const key = STACKED.has(label.kind) ? `${label.x},${label.y}` : label.key
    spots.set(key, [...(spots.get(key) ?? []), label])
  }
  return [...spots.values()].map((parts) => {
    if (parts.length === 1) return parts[0]
    const size = sized(
      parts.flatMap(({ rows }) => rows),
      PAD_X,
      PAD_Y,
    )
    size.h += PART_GAP * (parts.length - 1)
    const key = parts.map((part) => part.key).join("|")
    return { ...parts[0], ...size, kind: "card", key, parts }
  })
}

// The label itself, or the parts of a card, each with the box it takes in that of the whole.
export function partsOf(item) {
  if (!item.parts) return [{ ...item, box: item.spot?.box }]
  if (item.spot === null) return item.parts
  const [w, n, e] = item.spot.box
  let top = n
  return item.parts.map((part, index) => {
    const edges = (index === 0) + (index === item.parts.length - 1)
    const high = part.rows.reduce((sum, row) => sum + row.height, 0)
    const box = [w, top, e, top + high + edges * PAD_Y + ((2 - edges) * PART_GAP) / 2]
    top = box[3]
    return { ...part, box }
  })
}
