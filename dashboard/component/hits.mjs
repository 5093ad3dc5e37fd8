// What the pointer can meet.

import { chipIcon } from "./chips.mjs"
import { partsOf } from "./stacks.mjs"

// What the pointer can meet, the topmost first.
export function hits(marks, spread, items) {
  const targets = []
  for (const item of items) {
    if (item.kind === "chip" && item.spot !== null) {
      item.members.forEach((row, index) =>
        targets.push({ row, circle: [...chipIcon(item, index), 9] }),
      )
    }
  }
  for (const { row, x, y } of [...spread.marks, ...marks])
    targets.push({ row, circle: [x, y, row.style.radius + 3] })
  for (const bubble of spread.bubbles)
    targets.push({ bubble, circle: [bubble.x, bubble.y, bubble.r + 2] })
  for (const item of items) {
    if (!item.row) continue
    if (item.spot !== null) targets.push(...partsOf(item).map(({ row, box }) => ({ row, box })))
    else if (item.kind === "card" || item.kind === "text")
      targets.push({ row: item.row, circle: [item.x, item.y, 8] })
  }
  return targets
}

function toSegment(x, y, ax, ay, bx, by) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2
  const t =
    length === 0
      ? 0
      : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length))
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay))
}

function meetsLine(row, view, x, y) {
  const { box, parts } = row.feature.shape
  const [w, n] = view.at([box[0], box[1]])
  const [e, s] = view.at([box[2], box[3]])
  if (x < w - 6 || x > e + 6 || y < n - 6 || y > s + 6) return Infinity
  let least = Infinity
  for (const part of parts) {
    for (let i = 0; i + 3 < part.length; i += 2) {
      const a = view.at([part[i], part[i + 1]])
      const b = view.at([part[i + 2], part[i + 3]])
      least = Math.min(least, toSegment(x, y, a[0], a[1], b[0], b[1]))
    }
  }
  return least
}

export function hitAt(laid, view, x, y) {
  for (const hit of laid.hits) {
    if (hit.circle && Math.hypot(hit.circle[0] - x, hit.circle[1] - y) <= hit.circle[2]) return hit
    if (hit.box && x >= hit.box[0] && x <= hit.box[2] && y >= hit.box[1] && y <= hit.box[3])
      return hit
  }
  let best = null
  let least = 7
  for (const row of laid.lines) {
    const away = meetsLine(row, view, x, y)
    if (away < least) {
      least = away
      best = { row }
    }
  }
  return best
}
