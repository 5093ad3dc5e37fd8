// The ground of a map in the page: tiles over the own background, and the credit of both.

import { L } from "./sheet.mjs"

// Shown from the first tile that comes; a tile that fails leaves the own background as it is.
export function addTiles(map, tiles, shown) {
  if (!tiles) return
  const pane = map.createPane("tiles")
  pane.style.zIndex = "200"
  pane.classList.add("tiles")
  L.tileLayer(tiles.template, {
    pane: "tiles",
    minNativeZoom: tiles.minZoom,
    maxNativeZoom: tiles.maxZoom,
    maxZoom: 19,
    keepBuffer: 1,
  })
    .once("tileload", () => {
      pane.classList.add("there")
      shown()
    })
    .addTo(map)
}

export function groundCredit({ background: own, tiles }, say, tilesOn) {
  const names = own.around.length > 0 ? `; ${say("around_credit")}` : ""
  const sketch = `${say("schematic")}; ${say("schematic_credit")}${names}`
  return tilesOn ? tiles.credit : (own.credit ?? sketch)
}
