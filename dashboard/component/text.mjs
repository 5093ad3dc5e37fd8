// How wide words are, and how a label falls into lines.

import { typeface } from "./look.mjs"

const CARD_PX = { narrow: 140, wide: 215 }

export const fonts = () => ({
  bold: typeface("600 13px"),
  plain: typeface("400 12px"),
  town: typeface("600 15px"),
  abroad: typeface("400 italic 14px"),
  around: typeface("400 12px"),
  name: typeface("600 12.5px"),
})

let pen = null
const widths = new Map()

export function measure(font, text) {
  const key = `${font}|${text}`
  if (!widths.has(key)) {
    pen ??= document.createElement("canvas").getContext("2d")
    pen.font = font
    widths.set(key, pen.measureText(text).width)
  }
  return widths.get(key)
}

export function forgetWidths() {
  widths.clear()
}

export function lines(label, faces, { first = faces.bold, narrow = false } = {}) {
  return label.split("\n").flatMap((text, index) => {
    const [font, height] = index === 0 ? [first, 17] : [faces.plain, 15]
    const most = narrow ? CARD_PX.narrow : CARD_PX.wide
    return (index > 0 && measure(font, text) > most ? broken(text, font, most) : [text]).map(
      (part) => ({ text: part, font, height }),
    )
  })
}

// A long basis of several parts goes on a new line at a dot between them.
function broken(text, font, most) {
  const out = []
  for (const part of text.split(" · ")) {
    const longer = out.length === 0 ? part : `${out.at(-1)} · ${part}`
    if (out.length > 0 && measure(font, longer) <= most) out[out.length - 1] = longer
    else out.push(part)
  }
  return out
}

export function sized(rows, padX, padY) {
  return {
    w: Math.ceil(Math.max(...rows.map((row) => measure(row.font, row.text)))) + 2 * padX,
    h: rows.reduce((sum, row) => sum + row.height, 0) + 2 * padY,
  }
}
