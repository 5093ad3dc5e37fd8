// How one mark looks on a canvas. Map, legend and table take it from here, so they cannot differ.

import { rounded } from "./canvas.mjs"
import { look, typeface } from "./look.mjs"

const patterns = new Map()

function hatch(ctx, colour, kind) {
  const key = `${colour}${kind}`
  if (!patterns.has(key)) {
    const size = kind === "wide" ? 10 : 6
    const tile = document.createElement("canvas")
    tile.width = tile.height = size
    const pen = tile.getContext("2d")
    pen.strokeStyle = colour
    pen.lineWidth = kind === "wide" ? 2.2 : 1.4
    pen.beginPath()
    for (const start of [-size, 0, size]) {
      pen.moveTo(start - 1, size + 1)
      pen.lineTo(start + size + 1, -1)
    }
    pen.stroke()
    patterns.set(key, ctx.createPattern(tile, "repeat"))
  }
  const pattern = patterns.get(key)
  // The pattern is drawn at twice its size, so that it stays sharp on a fine screen.
  pattern.setTransform(new DOMMatrix().scale(0.5))
  return pattern
}

function outline(ctx, shape, x, y, r) {
  if (shape === "circle" || shape === "dot") {
    ctx.beginPath()
    ctx.arc(x, y, r, 0, 2 * Math.PI)
  } else if (shape === "diamond") {
    ctx.beginPath()
    ctx.moveTo(x, y - r)
    ctx.lineTo(x + r, y)
    ctx.lineTo(x, y + r)
    ctx.lineTo(x - r, y)
    ctx.closePath()
  } else if (shape === "up" || shape === "down") {
    const tip = shape === "up" ? -r : r
    ctx.beginPath()
    ctx.moveTo(x, y + tip)
    ctx.lineTo(x + r, y - 0.75 * tip)
    ctx.lineTo(x - r, y - 0.75 * tip)
    ctx.closePath()
  } else if (shape === "station") {
    rounded(ctx, x - r * 1.35, y - r * 0.8, r * 2.7, r * 1.6, r * 0.8)
  } else if (shape === "card") {
    rounded(ctx, x - r * 1.6, y - r * 1.1, r * 3.2, r * 2.2, 2)
  } else {
    rounded(ctx, x - r, y - r, 2 * r, 2 * r, 1.5)
  }
}

function edge(ctx, style) {
  ctx.strokeStyle = style.stroke
  ctx.lineWidth = style.width
  ctx.stroke()
}

// A stretch of the line in its casing; gaps in the line are gaps in both.
function linePiece(ctx, { stroke, fill, width, dash }, x, y) {
  const core = Math.min(width, 4)
  ctx.lineCap = "butt"
  ctx.setLineDash(dash)
  for (const [colour, wide] of [
    [stroke, core + 2],
    [fill, core],
  ]) {
    ctx.strokeStyle = colour
    ctx.lineWidth = wide
    ctx.beginPath()
    ctx.moveTo(x - 8, y)
    ctx.lineTo(x + 8, y)
    ctx.stroke()
  }
}

function hatched(ctx, style, x, y, r) {
  outline(ctx, "square", x, y, r)
  ctx.fillStyle = `${look.paper}db`
  ctx.fill()
  ctx.fillStyle = hatch(ctx, style.fill, style.hatch)
  ctx.globalAlpha = 0.75
  ctx.fill()
  ctx.globalAlpha = 1
  edge(ctx, style)
}

// The line in a station's mark would fill a smaller one.
const LEAST_WITH_LINE = 4

function station(ctx, style, x, y, r) {
  outline(ctx, "station", x, y, r)
  ctx.fillStyle = style.fill
  ctx.fill()
  if (style.hatch !== "none") {
    ctx.fillStyle = hatch(ctx, style.stroke, style.hatch)
    ctx.fill()
  }
  ctx.setLineDash(style.dash)
  edge(ctx, style)
  if (style.hatch !== "none" || r < LEAST_WITH_LINE) return
  ctx.setLineDash([])
  ctx.lineWidth = 1.4
  ctx.beginPath()
  ctx.moveTo(x - r * 0.75, y)
  ctx.lineTo(x + r * 0.75, y)
  ctx.stroke()
}

function digits(ctx, style, x, y) {
  ctx.fillStyle = style.fill
  ctx.font = typeface("600 11px")
  ctx.textAlign = "center"
  ctx.textBaseline = "middle"
  ctx.fillText("123", x, y)
}

function plain(ctx, style, x, y, r) {
  outline(ctx, style.shape, x, y, r)
  ctx.fillStyle = style.fill
  ctx.fill()
  if (!style.town) ctx.setLineDash(style.dash)
  edge(ctx, style)
}

const DRAWN_APART = { line: linePiece, hatched, station, text: digits }

export function mark(ctx, style, x, y, grow = 1) {
  const draw = DRAWN_APART[style.shape] ?? plain
  ctx.save()
  draw(ctx, style, x, y, style.radius * grow)
  ctx.restore()
}

export function ring(ctx, x, y, r, colour, width) {
  ctx.save()
  ctx.beginPath()
  ctx.arc(x, y, r, 0, 2 * Math.PI)
  ctx.strokeStyle = look.paper
  ctx.lineWidth = width + 2.5
  ctx.stroke()
  ctx.strokeStyle = colour
  ctx.lineWidth = width
  ctx.stroke()
  ctx.restore()
}

function small(name, width, height) {
  const canvas = document.createElement("canvas")
  const fine = Math.max(2, window.devicePixelRatio || 1)
  canvas.width = width * fine
  canvas.height = height * fine
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  canvas.className = name
  canvas.setAttribute("aria-hidden", "true")
  const ctx = canvas.getContext("2d")
  ctx.scale(fine, fine)
  return [canvas, ctx]
}

// Shares from 0 to `end`: a bar from low to high with a tick at the modelled one, a dot at the counted one.
export function span([low, high, modelled, counted], end) {
  const [width, height] = [58, 14]
  const [canvas, ctx] = small("span", width, height)
  const x = (share) => 4 + (share * (width - 8)) / end
  ctx.fillStyle = look.base_line
  ctx.fillRect(x(0), height - 2, x(end) - x(0), 1)
  ctx.fillStyle = look.card_edge
  ctx.fillRect(x(low), 4, x(high) - x(low), 5)
  ctx.fillStyle = look.heading
  ctx.fillRect(x(modelled) - 1, 2, 2, 9)
  if (counted !== null) {
    ctx.beginPath()
    ctx.arc(x(counted), 6.5, 2.8, 0, 2 * Math.PI)
    ctx.fillStyle = look.paper
    ctx.fill()
    ctx.strokeStyle = look.ink
    ctx.lineWidth = 1.5
    ctx.stroke()
  }
  return canvas
}

// A series as a small line from nought to its own highest value, its last point a dot; the words stand beside it.
export function spark(values) {
  const [width, height] = [58, 18]
  const [canvas, ctx] = small("spark", width, height)
  const top = Math.max(...values.filter((value) => value !== null), 0)
  const x = (index) => 4 + (values.length < 2 ? 0 : (index * (width - 9)) / (values.length - 1))
  const y = (value) => height - 3 - (top === 0 ? 0 : (value * (height - 7)) / top)
  ctx.strokeStyle = look.base_line
  ctx.beginPath()
  ctx.moveTo(2, height - 2.5)
  ctx.lineTo(width - 2, height - 2.5)
  ctx.stroke()
  ctx.strokeStyle = ctx.fillStyle = look.heading
  ctx.lineWidth = 1.6
  ctx.lineJoin = "round"
  let open = false
  ctx.beginPath()
  values.forEach((value, index) => {
    if (value !== null) ctx[open ? "lineTo" : "moveTo"](x(index), y(value))
    open = value !== null
  })
  ctx.stroke()
  const last = values.findLastIndex((value) => value !== null)
  if (last >= 0) {
    ctx.beginPath()
    ctx.arc(x(last), y(values[last]), 2.4, 0, 2 * Math.PI)
    ctx.fill()
  }
  return canvas
}

// A mark as a small picture for legend and table; the words stand beside it.
export function icon(style, ground = null) {
  const size = style.shape === "line" || style.shape === "text" ? [24, 18] : [20, 20]
  const [canvas, ctx] = small("", ...size)
  if (style.town) {
    ctx.save()
    ctx.setLineDash([2.5, 2.5])
    ctx.strokeStyle = look.dashed
    ctx.lineWidth = 1
    rounded(ctx, 1.5, 1.5, 17, 17, 4)
    ctx.stroke()
    ctx.restore()
  }
  if (ground) {
    ctx.fillStyle = ground.fill
    ctx.fillRect(0, 0, ...size)
    ctx.strokeStyle = ground.stroke
    ctx.strokeRect(0.5, 0.5, size[0] - 1, size[1] - 1)
  }
  if (style.shape !== "area")
    mark(ctx, style, size[0] / 2, size[1] / 2, Math.min(1, 8 / Math.max(style.radius, 1)))
  return canvas
}
