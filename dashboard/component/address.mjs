// The extent in the address bar and the link to share. Written without a rerun, put back when Python rewrote the query.

const KEY = "uitsnede"

let arrived = true

// The extent of the link the visitor came with, once: Python may have rewritten the query before the map stood.
export function arrival() {
  const [entry] = performance.getEntriesByType("navigation")
  const first = arrived && entry ? new URL(entry.name).search : ""
  arrived = false
  return read(first)
}

export function read(search = window.location.search) {
  const text = new URLSearchParams(search).get(KEY)
  if (text === null || !/^-?\d{1,3}(\.\d{1,8})?(,-?\d{1,3}(\.\d{1,8})?){3}$/.test(text)) return null
  const [west, south, east, north] = text.split(",").map(Number)
  const sound =
    west < east && south < north && west >= -180 && east <= 180 && south >= -85 && north <= 85
  return sound ? [west, south, east, north] : null
}

// Commas and slashes stay readable, as in the links Python writes.
function withExtent(search, extent) {
  const query = new URLSearchParams(search)
  if (extent !== null) query.set(KEY, extent)
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%3A", ":")
  return text === "" ? "" : `?${text}`
}

export class Address {
  constructor() {
    this.extent = null
    this.path = null
    this.settle = () => this.write()
    window.addEventListener("popstate", this.settle)
    window.navigation?.addEventListener("currententrychange", this.settle)
  }

  keep([west, south, east, north]) {
    this.extent = [west, south, east, north].map((degrees) => degrees.toFixed(5)).join(",")
    this.write()
  }

  // The view that the map belongs to. What is written to the address of another one spoils the way back to it.
  here() {
    this.path = window.location.pathname
    this.write()
  }

  write() {
    if (this.extent === null || window.location.pathname !== this.path) return
    const current = new URLSearchParams(window.location.search).get(KEY)
    if (current === this.extent) return
    const { pathname, search, hash } = window.location
    window.history.replaceState(
      window.history.state,
      "",
      `${pathname}${withExtent(search, this.extent)}${hash}`,
    )
  }

  // The link to exactly this view; `base` is the public address, null on a computer of one's own.
  link(base, query) {
    const { origin, pathname, search } = window.location
    const tail = withExtent(query ?? search, this.extent)
    if (base === null) return `${origin}${pathname}${tail}`
    const root = new URL(document.baseURI).pathname
    const view = pathname.startsWith(root)
      ? pathname.slice(root.length)
      : pathname.replace(/^.*\//, "")
    return `${base.replace(/\/+$/, "")}/${view}${tail}`
  }

  stop() {
    window.removeEventListener("popstate", this.settle)
    window.navigation?.removeEventListener("currententrychange", this.settle)
  }
}
