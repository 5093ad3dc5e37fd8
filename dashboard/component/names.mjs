// Names along streets: each on its straightest stretch in sight, in the order of the layer.

import { outOfSight, write } from "./canvas.mjs"
import { Taken } from "./labels.mjs"
import { look, typeface } from "./look.mjs"
import { measure } from "./text.mjs"

export const STREET_NAMES_FROM_ZOOM = 15
const MOST = 150
const STEP = 6
const ROOM = 8
// Smaller marks, one per unit, may stand on a name.
const LARGE = 6
// Length of the chord divided by that of the street under it.
const STRAIGHT = 0.97

export function names(ctx, { view, laid }) {
  if (view.zoom < STREET_NAMES_FROM_ZOOM) return
  const taken = new Taken()
  for (const { spot } of laid.items) if (spot) taken.add(spot.box)
  for (const { row, x, y } of [...laid.marks, ...laid.spread.marks]) {
    const r = row.style.radius
    if (r >= LARGE) taken.add([x - r, y - r, x + r, y + r])
  }
  const features = laid.lines.map(({ feature }) => feature)
  for (const { name, x, y, angle, font } of along(features, view, taken)) {
    ctx.save()
    ctx.translate(x, y)
    ctx.rotate(angle)
    write(ctx, name, 0, 0.5, { font, fill: look.ink, halo: look.halo, align: "center" })
    ctx.restore()
  }
}

// Where the names of the streets among these features stand, and at which angle.
export function along(features, view, taken = new Taken()) {
  const font = typeface("600 12px")
  const [west, north] = view.at(view.worldBox)
  const [east, south] = view.at(view.worldBox.slice(2))
  const seen = ([x, y]) => x > west && x < east && y > north && y < south
  const spots = []
  for (const feature of features) {
    if (spots.length === MOST) break
    if (!feature.widths || outOfSight(feature.shape, view)) continue
    const steps = Math.ceil((measure(font, feature.name) + ROOM) / STEP)
    feature.chains ??= chains(feature.shape.parts)
    const best = straightest(feature.chains, steps, view, seen, taken)
    if (!best) continue
    for (const box of boxes(best)) taken.add(box)
    const [[ax, ay], [bx, by]] = best
    // Never upside down.
    const [left, right] = ax <= bx ? [ax, bx] : [bx, ax]
    const rise = ax <= bx ? by - ay : ay - by
    const angle = Math.atan2(rise, right - left)
    spots.push({ name: feature.name, x: (ax + bx) / 2, y: (ay + by) / 2, angle, font })
  }
  return spots
}

// Parts that touch with their ends, joined.
function chains(parts) {
  const left = parts.map(points)
  const same = ([ax, ay], [bx, by]) => ax === bx && ay === by
  const joined = []
  while (left.length > 0) {
    let chain = left.pop()
    for (let at = 0; at < left.length; at++) {
      const part = left[at]
      const back =
        same(chain.at(-1), part[0]) || same(chain[0], part.at(-1)) ? part : part.toReversed()
      if (same(chain.at(-1), back[0])) chain = [...chain, ...back.slice(1)]
      else if (same(chain[0], back.at(-1))) chain = [...back, ...chain.slice(1)]
      else continue
      left.splice(at, 1)
      at = -1
    }
    joined.push(chain)
  }
  return joined
}

function points(part) {
  const out = []
  for (let i = 0; i + 1 < part.length; i += 2) out.push([part[i], part[i + 1]])
  return out
}

function straightest(all, steps, view, seen, taken) {
  let best = null
  let most = STRAIGHT
  for (const chain of all) {
    const walked = walk(chain.map(view.at))
    for (let at = 0; at + steps < walked.length; at++) {
      const ends = [walked[at], walked[at + steps]]
      if (!ends.every(seen)) continue
      const [[ax, ay], [bx, by]] = ends
      const straight = Math.hypot(bx - ax, by - ay) / (steps * STEP)
      // As straight is nearer to the middle.
      const score = straight - Math.abs(at + steps / 2 - walked.length / 2) / walked.length / 100
      if (score <= most || !boxes(ends).every((box) => taken.free(box))) continue
      best = ends
      most = score
    }
  }
  return best
}

// A point every few pixels along a line.
function walk(line) {
  const out = [line[0]]
  let over = 0
  for (let i = 1; i < line.length; i++) {
    const [[ax, ay], [bx, by]] = [line[i - 1], line[i]]
    const length = Math.hypot(bx - ax, by - ay)
    let away = STEP - over
    for (; away <= length; away += STEP)
      out.push([ax + ((bx - ax) * away) / length, ay + ((by - ay) * away) / length])
    over = length - (away - STEP)
  }
  return out
}

function boxes([[ax, ay], [bx, by]]) {
  const steps = Math.ceil(Math.hypot(bx - ax, by - ay) / 10)
  return Array.from({ length: steps + 1 }, (_, step) => {
    const [x, y] = [ax + ((bx - ax) * step) / steps, ay + ((by - ay) * step) / steps]
    return [x - 8, y - 8, x + 8, y + 8]
  })
}
