// Greedy label placement: near its mark, never on another label, with a leader when it had to move.

export class Taken {
  constructor() {
    this.cells = new Map()
  }

  *keys([w, n, e, s]) {
    for (let x = Math.floor(w / 64); x <= Math.floor(e / 64); x++) {
      for (let y = Math.floor(n / 64); y <= Math.floor(s / 64); y++) yield `${x},${y}`
    }
  }

  add(box) {
    for (const key of this.keys(box)) {
      if (!this.cells.has(key)) this.cells.set(key, [])
      this.cells.get(key).push(box)
    }
  }

  free([w, n, e, s]) {
    for (const key of this.keys([w, n, e, s])) {
      for (const other of this.cells.get(key) ?? []) {
        if (w < other[2] && e > other[0] && n < other[3] && s > other[1]) return false
      }
    }
    return true
  }

  // Whether a leader from the mark to its label crosses nothing that stands; near its mark it may.
  clear(item, box) {
    const [tx, ty] = nearest(box, item.x, item.y)
    const away = Math.hypot(tx - item.x, ty - item.y)
    for (let step = item.r + 8; step < away - 2; step += 5) {
      const x = item.x + ((tx - item.x) * step) / away
      const y = item.y + ((ty - item.y) * step) / away
      if (!this.free([x - 1, y - 1, x + 1, y + 1])) return false
    }
    return true
  }
}

const SIDES = [
  [1, 0],
  [-1, 0],
  [0.8, 0.6],
  [0.8, -0.6],
  [-0.8, 0.6],
  [-0.8, -0.6],
  [0, 1],
  [0, -1],
]
// Further out there are more directions to look in.
const FAR_SIDES = [
  ...SIDES,
  [0.95, 0.35],
  [0.95, -0.35],
  [-0.95, 0.35],
  [-0.95, -0.35],
  [0.5, 0.85],
  [0.5, -0.85],
  [-0.5, 0.85],
  [-0.5, -0.85],
]
// A mark this near to a label seems to be the one it names.
const BESIDE = 24
const REACH = [0, 14, 30, 46, 64, 84, 106]

function spot(item, [dx, dy], reach) {
  const away = item.r + 5 + reach
  const x = item.x + dx * away + (dx > 0.1 ? 0 : dx < -0.1 ? -item.w : -item.w / 2)
  const y =
    item.y +
    dy * away +
    (dy > 0.7 ? 0 : dy < -0.7 ? -item.h : -item.h / 2 + Math.sign(dy) * (item.h / 2) * 0.8)
  return [x, y, x + item.w, y + item.h]
}

const inside = (box, frame) =>
  box[0] >= frame[0] && box[1] >= frame[1] && box[2] <= frame[2] && box[3] <= frame[3]
const beyond = (box, frame) =>
  box[2] <= frame[0] || box[0] >= frame[2] || box[3] <= frame[1] || box[1] >= frame[3]

// Items in order of importance, all in pixels of one zoom: x, y, r of the mark, w, h of the label.
// `frame` is what the reader sees; a mark in it gets its label in it, another one beyond it, or none.
// A label further off than `furthest` would seem to belong to another mark.
// A label that can stay where it stood (`item.before`) does, so that a move does not shuffle them.
// Returns per item its box, or null when there was no room.
export function place(items, { frame, blocked = [], marks = [], furthest = Infinity }) {
  const taken = new Taken()
  for (const box of marks) taken.add(box)
  const fixed = new Taken()
  for (const box of blocked) fixed.add(box)

  const centres = marks.map(([w, n, e, s]) => [(w + e) / 2, (n + s) / 2])
  // Whether a label that had to move would seem to name another mark.
  function misleads(item, box) {
    const away = (x, y) => {
      const [nx, ny] = nearest(box, x, y)
      return Math.hypot(nx - x, ny - y)
    }
    const own = Math.min(away(item.x, item.y), BESIDE)
    return centres.some(([x, y]) => Math.hypot(x - item.x, y - item.y) > item.r && away(x, y) < own)
  }

  function fits(item, [side, reach], rule) {
    const box = spot(item, side, reach)
    if (rule.inView ? !(inside(box, frame) && fixed.free(box)) : !beyond(box, frame)) return null
    if (!taken.free([box[0] - 2, box[1] - 2, box[2] + 2, box[3] + 2])) return null
    const leader = reach > 14
    if (leader && rule.clear && (misleads(item, box) || !taken.clear(item, box))) return null
    return { box, leader, choice: [side, reach] }
  }

  return items.map((item) => {
    const choices = (item.reach ?? REACH.filter((reach) => reach <= furthest)).flatMap((reach) =>
      (item.sides ?? (reach > 14 ? FAR_SIDES : SIDES)).map((side) => [side, reach]),
    )
    if (item.before) choices.unshift(item.before)
    const inView = inside([item.x, item.y, item.x, item.y], frame)
    for (const clear of [true, false]) {
      for (const choice of choices) {
        const fitting = fits(item, choice, { inView, clear })
        if (fitting) {
          taken.add(fitting.box)
          return fitting
        }
      }
    }
    return null
  })
}

// Where a leader meets the box: the point of its edge nearest to the mark.
export function nearest([w, n, e, s], x, y) {
  return [Math.min(Math.max(x, w), e), Math.min(Math.max(y, n), s)]
}
