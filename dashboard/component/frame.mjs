// What stands round the map: buttons, legend, credit line, link panel, tooltip and inset.

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

  show(shown, scene) {
    const entries = new Map()
    let towns = false
    for (const { layer, rows } of shown) {
      // Classes stand in their order, whichever town comes first.
      const inOrder = layer.classed ? [...rows].sort((a, b) => a.styleName.localeCompare(b.styleName)) : rows
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
        item.append(icon(style.town ? { ...style, town: false, dash: [] } : style, ground), element("span", "", this.say(key)), ...(n > 0 ? [element("span", "count", written(n))] : []))
        return item
      }),
    )
    if (towns) {
      const item = element("span", "entry")
      item.append(element("span", "dashed", null, { "aria-hidden": "true" }), element("span", "", this.say("style.initiative_town")))
      this.root.append(item)
    }
    this.root.hidden = entries.size === 0
  }
}

export class LinkPanel {
  constructor({ say, link, local }) {
    this.say = say
    this.link = link
    this.root = element("div", "link")
    this.opener = button("plain", say("copy_link"), () => this.toggle())
    this.opener.setAttribute("aria-expanded", "false")
    this.panel = element("div", "panel", null, { role: "dialog", "aria-label": say("link_title") })
    this.panel.hidden = true
    this.field = element("textarea", "", null, { readonly: "", rows: "3", "aria-label": say("link_title"), spellcheck: "false" })
    this.said = element("p", "said", null, { "aria-live": "polite" })
    this.panel.append(element("strong", "", say("link_title")), this.field, this.said)
    if (local) this.panel.append(element("p", "local", say("link_local")))
    this.panel.append(button("plain", say("close"), () => this.toggle(false)))
    this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle(false))
    this.root.append(this.opener, this.panel)
  }

  async toggle(open = this.panel.hidden) {
    this.panel.hidden = !open
    this.opener.setAttribute("aria-expanded", String(open))
    if (!open) return this.opener.focus()
    this.field.value = this.link()
    this.field.focus()
    this.field.select()
    try {
      await navigator.clipboard.writeText(this.field.value)
      this.said.textContent = this.say("copied")
    } catch {
      this.said.textContent = this.say("copy_by_hand")
    }
  }
}

// What a mark says on hovering: its name and its label or cells, as text nodes only.
export class Tooltip {
  constructor(map) {
    this.root = element("div", "tip", null, { "aria-hidden": "true" })
    this.root.hidden = true
    map.getContainer().append(this.root)
    this.map = map
  }

  show(row, { x, y }, extra = null) {
    const { feature, layer } = row
    this.root.replaceChildren(element("strong", "", feature.name))
    feature.cells.forEach((text, index) => {
      if (text === feature.name || text === "") return
      const line = element("span", "line")
      line.append(element("span", "what", layer.columns[index][0]), element("span", "", text))
      this.root.append(line)
    })
    if (extra) this.root.append(element("span", "line", extra))
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

const INSET = { width: 150, height: 128 }

// A small picture of the region with the part in view; hidden while that part is most of it.
export class Inset {
  constructor(scene, say, toWorld) {
    this.scene = scene
    this.root = element("canvas", "inset", null, { role: "img", "aria-label": say("inset") })
    const fine = Math.max(1, window.devicePixelRatio || 1)
    this.root.width = INSET.width * fine
    this.root.height = INSET.height * fine
    this.ctx = this.root.getContext("2d")
    this.ctx.scale(fine, fine)
    const [west, south, east, north] = scene.home
    const [w, s] = toWorld(west, south)
    const [e, n] = toWorld(east, north)
    this.scale = Math.min(INSET.width / (e - w), INSET.height / (s - n)) * 0.74
    this.ox = ((w + e) / 2) * this.scale - INSET.width / 2
    this.oy = ((n + s) / 2) * this.scale - INSET.height / 2
    this.still = null
  }

  at([x, y]) {
    return [x * this.scale - this.ox, y * this.scale - this.oy]
  }

  ground() {
    const { ctx, scene } = this
    const styles = scene.backgroundStyles
    ctx.fillStyle = scene.look.ground
    ctx.fillRect(0, 0, INSET.width, INSET.height)
    for (const shape of scene.background.shapes) {
      const style = styles[shape.kind]
      if (!["land_nl", "land_de", "water", "border"].includes(shape.kind)) continue
      ctx.beginPath()
      for (const part of shape.parts) {
        for (let i = 0; i < part.length; i += 2) {
          const [x, y] = this.at([part[i], part[i + 1]])
          if (i === 0) ctx.moveTo(x, y)
          else ctx.lineTo(x, y)
        }
      }
      if (style.shape === "area") {
        ctx.fillStyle = style.fill
        ctx.fill("evenodd")
      } else {
        ctx.strokeStyle = style.fill
        ctx.lineWidth = 1
        ctx.stroke()
      }
    }
  }

  names() {
    const { ctx, scene } = this
    ctx.font = `400 10px '${scene.look.font}', sans-serif`
    ctx.textBaseline = "middle"
    const towns = scene.background.names
      .map((town) => ({ ...town, spot: this.at(town.at) }))
      .filter(({ spot: [x, y] }) => x > 4 && y > 4 && x < INSET.width - 4 && y < INSET.height - 4)
    const taken = towns.map(({ spot: [x, y] }) => [x - 3, y - 3, x + 3, y + 3])
    for (const { name, abroad, spot } of towns) {
      const [x, y] = spot
      ctx.beginPath()
      ctx.arc(x, y, 1.8, 0, 2 * Math.PI)
      ctx.fillStyle = "#575248"
      ctx.fill()
      if (abroad) continue
      // Beside the dot, else above or below it; a name without room is left out, its dot stays.
      const wide = ctx.measureText(name).width
      const free = [[x + 7, y], [x - 7 - wide, y], [x - wide / 2, y - 10], [x - wide / 2, y + 10]].find(([left, middle]) => {
        const box = [left, middle - 5, left + wide, middle + 5]
        const inside = box[0] > 1 && box[1] > 1 && box[2] < INSET.width - 1 && box[3] < INSET.height - 1
        return inside && !taken.some((one) => box[0] < one[2] && one[0] < box[2] && box[1] < one[3] && one[1] < box[3])
      })
      if (free === undefined) continue
      taken.push([free[0], free[1] - 5, free[0] + wide, free[1] + 5])
      ctx.fillText(name, free[0], free[1])
    }
  }

  show([w, n, e, s]) {
    const [left, top] = this.at([w, n])
    const [right, bottom] = this.at([e, s])
    this.root.hidden = right - left > INSET.width * 0.62 || bottom - top > INSET.height * 0.62
    if (this.root.hidden) return
    this.ground()
    const { ctx, scene } = this
    const width = Math.max(6, right - left)
    const height = Math.max(6, bottom - top)
    const x = (left + right - width) / 2
    const y = (top + bottom - height) / 2
    ctx.fillStyle = "rgba(21,66,115,0.14)"
    ctx.fillRect(x, y, width, height)
    ctx.strokeStyle = scene.look.heading
    ctx.lineWidth = 1.6
    ctx.strokeRect(x, y, width, height)
    this.names()
  }
}
