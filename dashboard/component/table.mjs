// The table twin: the visible features of every layer that is on, one layer at a time, reachable by keyboard.

import { icon, span, spark } from "./marks.mjs"

export function element(tag, className = "", text = null, attributes = {}) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== null) made.textContent = text
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}

function compare(a, b) {
  if (a === b) return 0
  if (a === null || a === "") return 1
  if (b === null || b === "") return -1
  if (typeof a === "number" && typeof b === "number") return a - b
  return String(a).localeCompare(String(b), document.documentElement.lang || "nl", {
    numeric: true,
  })
}

// A number of things as the language of the page writes it: 1.942 in Dutch.
export function written(count) {
  return count.toLocaleString(document.documentElement.lang || "nl")
}

// A row in the class "unknown" stands for a figure that is missing: it is shown, not counted.
function known(rows) {
  return rows.filter(({ styleName }) => styleName !== "unknown").length
}

export class Table {
  constructor({ say, choose, point }) {
    this.say = say
    this.choose = choose
    this.point = point
    this.tab = null
    this.order = new Map()
    this.rows = new Map()
    this.root = element("section", "side", null, { "aria-label": say("table") })
    this.tabs = element("div", "tabs", null, { role: "tablist", "aria-label": say("layers") })
    this.sentence = element("p", "sentence", null, { "aria-live": "polite" })
    this.note = element("p", "note")
    this.scroll = element("div", "scroll")
    this.root.append(this.tabs, this.sentence, this.note, this.scroll)
    this.tabs.addEventListener("keydown", (event) => this.walkTabs(event))
    this.scroll.addEventListener("keydown", (event) => this.walkRows(event))
    this.scroll.addEventListener("scroll", () => this.hint())
    this.watch = new ResizeObserver(() => this.fit())
  }

  // No column is cut off on a phone, where cells then follow one another; and no row is cut through: the table
  // ends under the last one that fits, and a shadow says that more follow.
  fit() {
    const { scroll } = this
    scroll.style.height = ""
    scroll.classList.remove("stacked")
    scroll.classList.toggle(
      "stacked",
      this.root.clientWidth <= 480 && scroll.scrollWidth > scroll.clientWidth + 1,
    )
    const room = scroll.clientHeight
    if (scroll.scrollHeight > room) {
      const bottoms = [...scroll.querySelectorAll("tbody tr")].map(
        (line) => line.offsetTop + line.offsetHeight,
      )
      const last = Math.max(0, ...bottoms.filter((bottom) => bottom <= room))
      if (last > 0) scroll.style.height = `${last + scroll.offsetHeight - room}px`
    }
    this.hint()
  }

  hint() {
    const { scroll } = this
    scroll.classList.toggle(
      "more",
      scroll.scrollTop + scroll.clientHeight < scroll.scrollHeight - 1,
    )
  }

  show(all, selected) {
    // A layer without columns is drawn only: its rows stand in another one.
    const shown = all.filter(({ layer }) => layer.columns.length > 0)
    this.shown = shown
    if (
      selected &&
      shown.some(({ layer }) => layer.id === selected[0]) &&
      this.selectedKey !== selected.join(":")
    )
      this.tab = selected[0]
    this.selectedKey = selected ? selected.join(":") : null
    if (!shown.some(({ layer }) => layer.id === this.tab)) {
      this.tab = (shown.find(({ rows }) => rows.length > 0) ?? shown[0])?.layer.id ?? null
    }
    this.drawTabs()
    this.drawRows()
  }

  drawTabs() {
    const held = this.tabs.contains(this.root.getRootNode().activeElement)
    this.tabs.hidden = this.shown.length < 2
    this.tabs.replaceChildren(
      ...this.shown.map(({ layer, rows }) => {
        const on = layer.id === this.tab
        const tab = element("button", "tab", layer.title, {
          type: "button",
          role: "tab",
          "aria-selected": String(on),
          tabindex: on ? "0" : "-1",
          "data-layer": layer.id,
        })
        tab.append(" ", element("span", "count", written(known(rows))))
        tab.addEventListener("click", () => this.open(layer.id))
        return tab
      }),
    )
    if (held) this.tabs.querySelector("[aria-selected=true]")?.focus()
  }

  open(layerId) {
    this.tab = layerId
    this.drawTabs()
    this.drawRows()
  }

  walkTabs(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const ids = this.shown.map(({ layer }) => layer.id)
    this.open(ids[(ids.indexOf(this.tab) + step + ids.length) % ids.length])
    this.tabs.querySelector("[aria-selected=true]")?.focus()
  }

  drawRows() {
    this.rows.clear()
    const entry = this.shown.find(({ layer }) => layer.id === this.tab)
    if (!entry) {
      this.sentence.textContent = this.say("no_layers")
      this.note.hidden = true
      this.scroll.replaceChildren()
      return
    }
    const { layer, rows } = entry
    this.sentence.textContent = this.said(layer, rows)
    this.note.hidden = !layer.note
    this.note.textContent = layer.note ?? ""
    if (rows.length === 0) {
      this.scroll.replaceChildren()
      return this.fit()
    }
    const held = this.scroll.contains(this.root.getRootNode().activeElement)
      ? this.root.getRootNode().activeElement.dataset.id
      : undefined
    const table = element("table", "", null, { role: "grid" })
    table.append(
      element("caption", "unseen", `${layer.title}. ${this.sentence.textContent}`),
      this.head(layer, rows),
      this.body(layer, rows),
    )
    const top = this.scroll.scrollTop
    this.scroll.replaceChildren(table)
    this.fit()
    // Of the table too: the typeface may come in after it.
    this.watch.disconnect()
    this.watch.observe(this.root)
    this.watch.observe(table)
    this.scroll.scrollTop = top
    if (held !== undefined) this.rows.get(`${layer.id}:${held}`)?.focus({ preventScroll: true })
  }

  said(layer, rows) {
    const count = known(rows)
    if (count === 0) return this.say(rows.length === 0 ? "nothing" : "none_known")
    return (count === 1 ? layer.sentenceOne : layer.sentence)
      .replaceAll("{n}", written(count))
      .replaceAll("{total}", written(layer.features.length))
  }

  head(layer, rows) {
    const [by, down] = this.order.get(layer.id) ?? [null, false]
    const row = element("tr")
    const columns = layer.classed
      ? [...layer.columns, [rows[0].change?.title ?? this.say("class"), 0]]
      : layer.columns
    columns.forEach(([title, numeric], index) => {
      const cell = element("th", numeric ? "number" : "", null, { scope: "col" })
      if (by === index) cell.setAttribute("aria-sort", down ? "descending" : "ascending")
      const button = element("button", "sort", title, {
        type: "button",
        title: this.say("sort", { column: title }),
      })
      button.append(
        element("span", "arrow", by === index ? (down ? "▼" : "▲") : "", { "aria-hidden": "true" }),
      )
      button.addEventListener("click", () => {
        // Of numbers the highest first, of words the first of the alphabet.
        this.order.set(layer.id, [index, by === index ? !down : Boolean(numeric)])
        this.drawRows()
        this.scroll.querySelectorAll("th .sort")[index].focus()
      })
      cell.append(button)
      row.append(cell)
    })
    const head = element("thead")
    head.append(row)
    return head
  }

  sorted(layer, rows) {
    const chosen = this.order.get(layer.id)
    // A table of fewer columns may follow one that was sorted by its last.
    if (!chosen || chosen[0] >= layer.columns.length + (layer.classed ? 1 : 0)) return rows
    const [by, down] = chosen
    const value = ({ feature, styleName, change }) =>
      by === layer.columns.length
        ? (change?.middle ?? styleName)
        : (feature.sort[by] ?? (layer.columns[by][1] ? null : feature.cells[by]))
    return [...rows].sort((a, b) => {
      const [first, second] = [value(a), value(b)]
      if (first === null || second === null) return compare(first, second)
      return down ? compare(second, first) : compare(first, second)
    })
  }

  body(layer, rows) {
    const body = element("tbody")
    const list = this.sorted(layer, rows)
    // The bars of a layer share one scale.
    const shares = layer.features.flatMap(({ spans }) => Object.values(spans ?? {}).flat())
    const end = Math.max(0, ...shares)
    list.forEach((row, index) => {
      const { feature } = row
      const key = `${layer.id}:${feature.id}`
      const chosen = key === this.selectedKey
      const line = element("tr", "", null, {
        "aria-selected": String(chosen),
        "data-id": feature.id,
        tabindex: "-1",
      })
      const cells = layer.classed
        ? [...feature.cells, row.change?.text ?? this.say(row.style.label)]
        : feature.cells
      cells.forEach((text, column) => {
        const word = Math.max(0, ...text.split(/[\s-]/).map((part) => part.length))
        const long = word >= 16 ? "long" : text.length <= 10 ? "short" : ""
        const cell = element("td", layer.columns[column]?.[1] ? "number" : long)
        if (long === "long") cell.style.setProperty("--word", word)
        if (layer.columns[column]?.[1]) cell.dataset.label = layer.columns[column][0]
        if (column === 0) {
          const first = element("span", "first")
          // A label on the map has no mark of its own to show here.
          if (feature.at === null || !["card", "text"].includes(row.style.shape))
            first.append(this.sign(row))
          first.append(element("span", "", text))
          cell.append(first)
        } else if (feature.sparks?.[column])
          cell.append(spark(feature.sparks[column]), element("span", "", text))
        else if (feature.spans?.[column])
          cell.append(span(feature.spans[column], end), element("span", "", text))
        else cell.textContent = text
        line.append(cell)
      })
      line.addEventListener("click", () => this.choose(chosen ? null : row))
      line.addEventListener("mouseenter", () => this.point(row))
      line.addEventListener("mouseleave", () => this.point(null))
      line.addEventListener("focus", () => this.point(row))
      line.addEventListener("blur", () => this.point(null))
      if (index === 0) line.tabIndex = 0
      this.rows.set(key, line)
      body.append(line)
    })
    const chosenLine = this.rows.get(this.selectedKey)
    if (chosenLine) {
      body.firstElementChild.tabIndex = -1
      chosenLine.tabIndex = 0
    }
    return body
  }

  sign(row) {
    const holder = element("span", "sign")
    if (row.feature.at === null) {
      holder.append(
        element("span", "nowhere", "–", { title: this.say("not_on_map"), "aria-hidden": "true" }),
      )
      holder.append(element("span", "unseen", this.say("not_on_map")))
    } else holder.append(icon(row.style))
    return holder
  }

  walkRows(event) {
    const line = event.target.closest?.("tbody tr")
    if (!line) return
    const go = {
      ArrowDown: line.nextElementSibling,
      ArrowUp: line.previousElementSibling,
      Home: line.parentElement.firstElementChild,
      End: line.parentElement.lastElementChild,
    }[event.key]
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault()
      line.click()
    } else if (go) {
      event.preventDefault()
      line.tabIndex = -1
      go.tabIndex = 0
      go.focus()
    }
  }

  // The row under the pointer on the map; only a look, no scrolling.
  light(key) {
    for (const [name, line] of this.rows) line.classList.toggle("lit", name === key)
  }

  // A feature chosen on the map: its tab opens and its row comes into view.
  reveal(key) {
    const line = this.rows.get(key)
    if (!line) return
    const { offsetTop, offsetHeight } = line
    const head = this.scroll.querySelector("thead").offsetHeight
    if (offsetTop - head < this.scroll.scrollTop) this.scroll.scrollTop = offsetTop - head - 8
    else if (offsetTop + offsetHeight > this.scroll.scrollTop + this.scroll.clientHeight) {
      this.scroll.scrollTop = offsetTop + offsetHeight - this.scroll.clientHeight + 8
    }
  }
}
