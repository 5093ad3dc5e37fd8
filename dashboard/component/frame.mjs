// What stands round the map: buttons, legend and tooltip.

import { icon } from "./marks.mjs"
import { element, written } from "./table.mjs"

export function button(className, text, press, label = null) {
  const made = element("button", className, text, { type: "button" })
  if (label !== null) made.setAttribute("aria-label", label)
  made.addEventListener("click", press)
  return made
}

export class Legend {
  constructor(say) {
    this.say = say
    this.root = element("div", "legend", null, { role: "group", "aria-label": say("legend") })
  }

  show(shown) {
    const entries = new Map()
    let towns = false
    for (const { layer, rows } of shown) {
      // Classes stand in their order, whichever town comes first.
      const inOrder = layer.classed
        ? [...rows].sort((a, b) => a.styleName.localeCompare(b.styleName))
        : rows
      for (const { style, feature } of inOrder) {
        if (feature.at === null) continue
        towns ||= style.town
        const key = style.label
        if (!entries.has(key)) entries.set(key, { style, n: 0, step: false, ground: null })
        const entry = entries.get(key)
        entry.step ||= style.shape === "line" || style.shape === "area" || layer.classed
        // An area of the same class lies under its mark.
        if (style.shape === "area") entry.ground = style
        // Lines of the moment are not counted: a ring may lie in pieces.
        if (layer.id !== "drawn") entry.n += 1
        if (entry.style.town && !style.town) entry.style = style
      }
    }
    // Classes are steps: they stand in their order, whichever comes first on the map.
    const steps = [...entries].filter(([, { step }]) => step).sort(([a], [b]) => a.localeCompare(b))
    const others = [...entries].filter(([, { step }]) => !step)
    this.root.replaceChildren(
      ...[...steps, ...others].map(([key, { style, n, ground }]) => {
        const item = element("span", "entry")
        item.append(
          icon(style.town ? { ...style, town: false, dash: [] } : style, ground),
          element("span", "", this.say(key)),
          ...(n > 0 ? [element("span", "count", written(n))] : []),
        )
        return item
      }),
    )
    if (towns) {
      const item = element("span", "entry")
      item.append(
        element("span", "dashed", null, { "aria-hidden": "true" }),
        element("span", "", this.say("style.initiative_town")),
      )
      this.root.append(item)
    }
    this.root.hidden = entries.size === 0
  }
}

// What is known of a feature: its name and its cells under their titles.
export function details({ feature, layer, change }) {
  const lines = feature.cells.map((text, index) => {
    if (text === feature.name || text === "") return null
    const line = element("span", "line")
    line.append(element("span", "what", layer.columns[index][0]), element("span", "", text))
    return line
  })
  if (change) {
    const line = element("span", "line")
    line.append(element("span", "what", change.title), element("span", "", change.text))
    lines.push(line)
  }
  return [element("strong", "", feature.name), ...lines.filter((line) => line !== null)]
}

// What a mark says on hovering: its name and its label or cells, as text nodes only.
export class Tooltip {
  constructor(map) {
    this.root = element("div", "tip", null, { "aria-hidden": "true" })
    this.root.hidden = true
    map.getContainer().append(this.root)
    this.map = map
  }

  show(row, { x, y }) {
    this.root.replaceChildren(...details(row))
    this.at(x, y)
  }

  say(text, { x, y }) {
    this.root.replaceChildren(element("span", "", text))
    this.at(x, y)
  }

  at(x, y) {
    this.root.hidden = false
    const { clientWidth, clientHeight } = this.map.getContainer()
    const { offsetWidth, offsetHeight } = this.root
    const left = x + 16 + offsetWidth > clientWidth ? x - 14 - offsetWidth : x + 16
    const top = Math.max(4, Math.min(y + 14, clientHeight - offsetHeight - 4))
    this.root.style.transform = `translate(${Math.max(4, left)}px, ${top}px)`
  }

  hide() {
    this.root.hidden = true
  }
}
