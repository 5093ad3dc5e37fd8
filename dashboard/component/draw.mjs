// Marks and labels on the canvases of the panes; everything in layer pixels.

import { outOfSight, panel, rounded, write } from "./canvas.mjs"
import { chipIcon } from "./chips.mjs"
import { nearest } from "./labels.mjs"
import { bands } from "./lines.mjs"
import { look, typeface } from "./look.mjs"
import { mark, ring } from "./marks.mjs"
import { PART_GAP, partsOf } from "./stacks.mjs"
import { measure } from "./text.mjs"

const ON_THEIR_SPOT = new Set(["dot", "up", "down", "station"])
// Marks that stand close together shrink before they cover one another.
const smaller = (zoom) => Math.max(0.45, Math.min(1.5, 0.45 + (zoom - 14.5) * 0.3))

export function retail(ctx, { view, laid, tilesOn }) {
  bands(
    ctx,
    laid.lines.filter(
      ({ feature, style }) => style.shape === "area" && !outOfSight(feature.shape, view),
    ),
    view,
  )
  for (const item of laid.items) {
    if (item.kind === "town") dot(ctx, item)
    if (item.kind === "around" && item.spot !== null && !tilesOn) placeAround(ctx, item)
  }
  for (const { row, x, y } of laid.marks)
    if (row.style.shape === "hatched") mark(ctx, row.style, x, y)
}

export function spots(ctx, { view, laid }) {
  for (const { row, x, y } of laid.marks)
    if (ON_THEIR_SPOT.has(row.style.shape)) mark(ctx, row.style, x, y)
  for (const { row, x, y } of laid.marks)
    if (row.style.fixed) mark(ctx, row.style, x, y, smaller(view.zoom))
  const { legs, marks, bubbles } = laid.spread
  ctx.save()
  ctx.strokeStyle = look.dashed
  ctx.lineWidth = 1
  for (const [ax, ay, bx, by] of legs) {
    ctx.beginPath()
    ctx.moveTo(ax, ay)
    ctx.lineTo(bx, by)
    ctx.stroke()
  }
  ctx.fillStyle = look.foot
  for (const [ax, ay] of legs) {
    ctx.beginPath()
    ctx.arc(ax, ay, 1.8, 0, 2 * Math.PI)
    ctx.fill()
  }
  ctx.restore()
  const [left, top] = view.at(view.worldBox)
  const [right, bottom] = view.at(view.worldBox.slice(2))
  for (const { row, x, y } of marks) {
    if (x > left - 20 && x < right + 20 && y > top - 20 && y < bottom + 20)
      mark(ctx, row.style, x, y)
  }
  for (const bubble of bubbles) {
    ctx.save()
    ctx.beginPath()
    ctx.arc(bubble.x, bubble.y, bubble.r, 0, 2 * Math.PI)
    ctx.fillStyle = `${look.paper}f0`
    ctx.fill()
    ctx.strokeStyle = look.heading
    ctx.lineWidth = 1.6
    ctx.stroke()
    ctx.fillStyle = look.heading
    ctx.font = typeface("600 13px")
    ctx.textAlign = "center"
    ctx.textBaseline = "middle"
    ctx.fillText(String(bubble.members.length), bubble.x, bubble.y + 0.5)
    ctx.restore()
  }
}

function leader(ctx, item, colour) {
  const [tx, ty] = nearest(item.spot.box, item.x, item.y)
  const away = Math.hypot(tx - item.x, ty - item.y)
  if (away < 3) return
  const cut = Math.min(away, item.kind === "card" || item.kind === "chip" ? 3 : item.r) / away
  ctx.save()
  ctx.strokeStyle = colour
  ctx.lineWidth = 1
  ctx.beginPath()
  ctx.moveTo(item.x + (tx - item.x) * cut, item.y + (ty - item.y) * cut)
  ctx.lineTo(tx, ty)
  ctx.stroke()
  ctx.restore()
}

function dot(ctx, item) {
  ctx.beginPath()
  ctx.arc(item.x, item.y, 3, 0, 2 * Math.PI)
  ctx.fillStyle = look.paper
  ctx.fill()
  ctx.strokeStyle = look.place
  ctx.lineWidth = 1.4
  ctx.stroke()
}

function placeAround(ctx, item) {
  const [w, n, e, s] = item.spot.box
  ctx.beginPath()
  ctx.arc(item.x, item.y, 1.9, 0, 2 * Math.PI)
  ctx.fillStyle = look.around
  ctx.fill()
  write(ctx, item.place.name, (w + e) / 2, (n + s) / 2 + 0.5, {
    font: item.font,
    fill: look.place,
    halo: look.ground,
    haloWidth: 2,
    align: "center",
  })
}

function town(ctx, item) {
  if (item.spot === null) return
  const [w, n, e, s] = item.spot.box
  write(ctx, item.town.name, (w + e) / 2, (n + s) / 2 + 0.5, {
    font: item.font,
    fill: item.town.abroad ? look.place : look.town,
    halo: look.ground,
    haloWidth: 3,
    align: "center",
  })
}

function chip(ctx, item, active) {
  if (item.spot === null) return
  const [w, n] = item.spot.box
  panel(ctx, item.spot.box, { stroke: look.dashed, dash: [3, 3] })
  const [tx, ty] = item.beside ? [w + 8 + item.perLine * 17, n + item.h / 2 + 0.5] : [w + 9, n + 12]
  write(ctx, item.text, tx, ty, { font: typeface("400 12px"), fill: look.quiet })
  item.members.forEach((row, index) => {
    const [x, y] = chipIcon(item, index)
    if (active(row)) ring(ctx, x, y, row.style.radius + 3, look.selected, 2.5)
    mark(ctx, row.style, x, y)
  })
}

function label(ctx, item, active) {
  const parts = partsOf(item)
  const chosen = parts.some(({ row }) => active(row))
  if (item.spot === null) {
    if (item.kind === "card" && (item.bare || chosen))
      panel(ctx, [item.x - 5, item.y - 4, item.x + 5, item.y + 4], {
        stroke: chosen ? look.selected : look.bare,
        width: chosen ? 2.5 : 1,
      })
    return
  }
  const [w, n] = item.spot.box
  const carded = item.kind === "card"
  if (carded)
    panel(ctx, item.spot.box, {
      stroke: chosen ? look.heading : look.card_edge,
      width: chosen ? 2 : 1,
    })
  let y = n + (carded ? 4 : 0)
  parts.forEach((part, number) => {
    if (carded && active(part.row)) {
      const [, top, , bottom] = part.box
      ctx.fillStyle = look.selected
      rounded(ctx, w, top, 4, bottom - top, [4, 0, 0, 4])
      ctx.fill()
    }
    if (number > 0) {
      line(ctx, part.box, look.hairline)
      y += PART_GAP
    }
    part.rows.forEach((row, index) => {
      write(ctx, row.text, w + (carded ? 8 : 2), y + row.height / 2 + 0.5, {
        font: row.font,
        fill:
          index > 0 || item.back ? look.basis : item.kind === "hatched" ? look.edge_name : look.ink,
        halo: carded ? null : look.halo,
      })
      y += row.height
    })
  })
  if (item.more) more(ctx, item)
}

// The rule above a part of a card.
function line(ctx, [w, n, e], colour) {
  ctx.strokeStyle = colour
  ctx.lineWidth = 1
  ctx.beginPath()
  ctx.moveTo(w + 8, n)
  ctx.lineTo(e - 8, n)
  ctx.stroke()
}

function more(ctx, item) {
  const [, n, e] = item.spot.box
  const text = `+${item.more}`
  const font = typeface("600 11px")
  const w = measure(font, text) + 9
  ctx.save()
  rounded(ctx, e - w + 6, n - 8, w, 16, 8)
  ctx.fillStyle = look.heading
  ctx.fill()
  write(ctx, text, e - w / 2 + 6, n + 0.5, { font, fill: look.paper, align: "center" })
  ctx.restore()
}

export function labels(ctx, { laid, active }) {
  for (const { row, x, y } of [...laid.marks, ...laid.spread.marks]) {
    if (!active(row)) continue
    ring(ctx, x, y, row.style.radius + 4.5, look.selected, 3)
    mark(ctx, row.style, x, y)
  }
  // All leaders first, so that none runs over a label.
  for (const item of laid.items) {
    if (item.kind === "town" || item.kind === "around" || item.spot === null) continue
    if (item.kind === "card" || item.spot.leader) leader(ctx, item, look.leader)
  }
  for (const item of laid.items) {
    if (item.kind === "town") town(ctx, item)
    else if (item.kind === "chip") chip(ctx, item, active)
    else if (item.kind !== "around") label(ctx, item, active)
  }
}
