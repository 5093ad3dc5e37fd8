// Lines, panels and words on a canvas, in layer pixels.

import { look } from "./look.mjs"

export function follow(ctx, parts, view, close) {
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) {
      const x = part[i] * view.scale - view.ox
      const y = part[i + 1] * view.scale - view.oy
      if (i === 0) ctx.moveTo(x, y)
      else ctx.lineTo(x, y)
    }
    if (close) ctx.closePath()
  }
}

export function trace(ctx, shape, view, close) {
  ctx.beginPath()
  follow(ctx, shape.parts, view, close)
}

export function outOfSight({ box }, view) {
  const [w, n, e, s] = view.worldBox
  return box[2] < w || box[0] > e || box[3] < n || box[1] > s
}

export const byZoom = (zoom) => Math.max(0.4, Math.min(1, 0.4 + (zoom - 11.5) * 0.17))

export function rounded(ctx, x, y, w, h, r) {
  ctx.beginPath()
  ctx.roundRect(x, y, w, h, r)
}

export function panel(ctx, [w, n, e, s], { stroke, dash = [], width = 1 }) {
  ctx.save()
  rounded(ctx, w, n, e - w, s - n, 4)
  ctx.shadowColor = `${look.shadow}29`
  ctx.shadowBlur = 5
  ctx.shadowOffsetY = 1
  ctx.fillStyle = `${look.paper}f2`
  ctx.fill()
  ctx.shadowColor = "transparent"
  ctx.setLineDash(dash)
  ctx.strokeStyle = stroke
  ctx.lineWidth = width
  ctx.stroke()
  ctx.restore()
}

export function write(
  ctx,
  text,
  x,
  y,
  { font, fill, halo = null, haloWidth = 3.5, align = "left" },
) {
  ctx.font = font
  ctx.textAlign = align
  ctx.textBaseline = "middle"
  if (halo !== null) {
    ctx.lineJoin = "round"
    ctx.strokeStyle = halo
    ctx.lineWidth = haloWidth
    ctx.strokeText(text, x, y)
  }
  ctx.fillStyle = fill
  ctx.fillText(text, x, y)
}
