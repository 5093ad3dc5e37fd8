// The map of the file to take along: folium makes the page, its layer groups and their control; the component draws.

import { details } from "./frame.mjs"
import { MapView } from "./map_view.mjs"
import { load, provide } from "./scene.mjs"
import { L, makeMap } from "./sheet.mjs"
import { element } from "./table.mjs"

// Below this width the layer control stands folded.
const NARROW_PX = 640
// Width between the margins of an upright A4 or Letter page.
const PAPER_PX = 680

class FileMap extends MapView {
  constructor(parent, map, bounds) {
    super(parent, map.getContainer())
    this.foliumMap = map
    this.bounds = bounds
    this.popup = null
  }

  leafletMap() {
    return this.foliumMap
  }

  // The credit stays in every picture of the map.
  build() {
    super.build()
    this.main.append(document.querySelector("figcaption"))
  }

  openView() {
    const fit = () => this.map.fitBounds(this.bounds, { padding: [12, 12], animate: false })
    fit()
    // Leaflet measured the map before it came into its frame, and does so again once it has a view.
    this.map.invalidateSize({ pan: false })
    fit()
  }

  wire() {
    super.wire()
    this.map.on("popupclose", ({ popup }) => {
      if (popup !== this.popup) return
      this.popup = null
      this.choose(null, true)
    })
    // Wherever the focus went since the details were opened.
    document.addEventListener("keydown", ({ key }) => key === "Escape" && this.choose(null, true))
    window.addEventListener("beforeprint", () => this.fitPaper())
  }

  // A printed map is the drawn one made smaller: there is no time to draw another.
  fitPaper() {
    const { clientWidth: width, clientHeight: height } = this.canvas
    const sizes = {
      width: `${width}px`,
      height: `${height}px`,
      scale: Math.min(1, PAPER_PX / width),
    }
    for (const [name, size] of Object.entries(sizes))
      this.frame.style.setProperty(`--drawn-${name}`, size)
  }

  // A chosen mark keeps its details open; chosen in the table, they are what the keyboard reads next.
  choose(row, fromMap) {
    const [before, opener] = [this.popup, this.opener]
    this.popup = null
    before?.remove()
    super.choose(row, fromMap)
    this.opener = row && !fromMap ? this.selected.join(":") : null
    if (row === null && opener) this.table.rows.get(opener)?.focus()
    if (row === null || row.feature.at === null) return
    const content = element("div", "details", null, { tabindex: "-1" })
    content.append(...details(row))
    this.popup = L.popup({ maxWidth: 300, minWidth: 160, autoPanPadding: [24, 24] })
      .setLatLng(this.spot(row))
      .setContent(content)
      .openOn(this.map)
    const close = this.popup.getElement().querySelector(".leaflet-popup-close-button")
    close.setAttribute("aria-label", this.say("close"))
    if (fromMap) return
    this.frame.scrollIntoView({ block: "nearest" })
    content.focus({ preventScroll: true })
  }

  // Where a mark is drawn, which is not where it lies once others pushed it aside.
  spot({ feature }) {
    const hit = this.laid.hits.find(({ row, circle }) => circle && row?.feature === feature)
    const [x, y] = hit ? hit.circle : this.picture().view.at(feature.at)
    return this.map.layerPointToLatLng([x, y])
  }

  hover(row, fromTable, at = null) {
    const open = row !== null && this.popup !== null && this.isChosen(row)
    super.hover(row, fromTable, open ? null : at)
  }
}

export function openMap(home) {
  return makeMap(document.getElementById("map"), home)
}

async function unpack({ textContent }) {
  const zipped = Uint8Array.from(atob(textContent), (sign) => sign.charCodeAt(0))
  const plain = new Blob([zipped]).stream().pipeThrough(new DecompressionStream("gzip"))
  return new Response(plain).json()
}

export async function start(map, groups, control, bounds) {
  const { files, scene: name, ...message } = await unpack(document.getElementById("scene"))
  document.documentElement.classList.add("scripted")
  provide(files)
  const scene = await load(name)
  const view = new FileMap(document.getElementById("view"), map, bounds)
  await view.start(scene)
  const show = () => {
    const on = scene.layers.filter((_, index) => map.hasLayer(groups[index]))
    const codes = Object.fromEntries(on.map((layer) => [layer.id, "~*"]))
    const selected = view.selected && codes[view.selected[0]] ? view.selected : null
    if (selected === null) view.choose(null, true)
    view.receive({ ...message, codes, selected }, () => {})
  }
  const toggle = control.getContainer().querySelector("a")
  toggle.title = message.layers
  toggle.setAttribute("aria-label", message.layers)
  if (view.canvas.clientWidth < NARROW_PX) {
    control.collapse()
    map.on("click", () => control.collapse())
  }
  show()
  map.on("overlayadd overlayremove", show)
}
