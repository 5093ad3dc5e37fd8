"use strict";
// Marks, labels, pop-ups and the table of the file to take along. Every text is read from the page and set as text.
window.takeAlong = (() => {
  const marks = [];
  const names = [];
  const countries = [];
  const borders = [];
  const trays = new Map();
  const owner = new Map();
  let map = null;

  const byId = (id) => document.getElementById(id);
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const icon = (html) => L.divIcon({ className: "spot", html, iconSize: [0, 0] });

  function words(row, card) {
    if (!row.dataset.label) return null;
    const [first, ...rest] = row.dataset.label.split("\n");
    const box = make("span", card ? "label card" : "label");
    box.append(make("b", "", first));
    for (const line of rest) box.append(" ", make("span", "", line));
    return box;
  }

  function mark(feature, latlng) {
    const row = byId(feature.id);
    const template = byId("mark-" + feature.properties.style);
    const shape = template.dataset.shape;
    const box = make("div", "mark");
    const lead = make("i", "lead");
    const label = words(row, shape === "card");
    const glyph = shape === "card" || shape === "text" ? make("span", "glyph dot") : make("span", "glyph");
    if (!glyph.classList.contains("dot")) glyph.append(template.content.firstElementChild.cloneNode(true));
    const tie = make("i", "lead");
    tie.hidden = true;
    box.append(lead, tie, glyph);
    if (label) box.append(label);
    const marker = L.marker(latlng, { icon: icon(box), pane: feature.properties.pane, riseOnHover: true });
    const initiative = feature.properties.pane === "initiatives";
    marks.push({
      marker, lead, tie, glyph, label, shape,
      size: glyph.classList.contains("dot") ? 6 : Number(template.dataset.size),
      town: "town" in template.dataset,
      fixed: "fixed" in template.dataset,
      rank: shape === "card" ? 0 : shape === "station" ? 2 : initiative ? 5 : shape === "text" ? 4 : 3,
      fromZoom: initiative ? 13 : 0,
    });
    marker.on("add", () => {
      const element = marker.getElement();
      const said = (row.dataset.label ?? "").replaceAll("\n", " ");
      element.setAttribute("aria-label", row.dataset.name.includes(said) ? row.dataset.name : `${said}: ${row.dataset.name}`);
      element.removeAttribute("title");
    });
    return marker;
  }

  function details(row) {
    const box = make("div", "details");
    box.append(make("h2", "", row.dataset.name));
    const list = make("dl");
    const head = row.closest("table").tHead.rows[0].cells;
    [...row.cells].forEach((cell, index) => {
      if (!cell.textContent) return;
      list.append(make("dt", "", head[index].textContent), make("dd", "", cell.textContent));
    });
    box.append(list);
    return box;
  }

  function each(feature, layer) {
    const row = byId(feature.id);
    layer.bindPopup(() => details(row), { maxWidth: 300, minWidth: 200, autoPanPadding: [24, 24] });
    layer.bindTooltip(() => make("span", "", row.dataset.name), { direction: "top", offset: [0, -6], sticky: !layer.getLatLng });
    layer.on("popupopen", () => row.classList.add("chosen"));
    layer.on("popupclose", () => row.classList.remove("chosen"));
    row.feature = layer;
  }

  // Layout: no mark and no label may lie on another ------------------------------------------------------------------

  const overlap = (a, b) =>
    Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));

  function around(w, h, gap, above) {
    const spots = [];
    for (const d of [gap, gap + 10, gap + 24, gap + 42, gap + 64, gap + 92, gap + 124]) {
      const e = d * 0.75;
      const sides = [[d, -h / 2], [-d - w, -h / 2], [-w / 2, -d - h], [-w / 2, d]];
      if (above) sides.unshift(sides.splice(2, 1)[0]);
      spots.push(...sides, [e, -e - h], [-e - w, -e - h], [e, e], [-e - w, e]);
    }
    return spots;
  }

  function best(point, w, h, spots, taken, view) {
    let found = null;
    for (const [dx, dy] of spots) {
      const box = [point.x + dx - 2, point.y + dy - 1, point.x + dx + w + 2, point.y + dy + h + 1];
      let cost = taken.reduce((sum, other) => sum + overlap(box, other), 0);
      cost += Math.max(0, (box[2] - box[0]) * (box[3] - box[1]) - overlap(box, view)) * 2;
      if (!found || cost < found.cost) found = { cost, dx, dy, box };
      if (cost === 0) break;
    }
    return found;
  }

  const move = (element, dx, dy) => { element.style.transform = `translate(${Math.round(dx)}px, ${Math.round(dy)}px)`; };

  // A thin line from one point to the nearest point of a box, so that what had to move is still tied to its place.
  function draw(lead, dx, dy, from = [0, 0], shortest = 9) {
    const [x, y] = [dx - from[0], dy - from[1]];
    const length = Math.hypot(x, y);
    lead.hidden = length < shortest;
    lead.style.width = `${length}px`;
    lead.style.transform = `translate(${from[0]}px, ${from[1]}px) rotate(${Math.atan2(y, x)}rad)`;
  }

  const nearest = (x, y, dx, dy, w, h) => [Math.min(Math.max(x, dx), dx + w), Math.min(Math.max(y, dy), dy + h)];

  function placeMarks(shown, taken) {
    const free = shown.filter((item) => !item.town);
    for (const item of free.sort((a, b) => b.size - a.size)) {
      const point = map.latLngToLayerPoint(item.marker.getLatLng());
      const half = item.size / 2 - 1;
      const rings = [[0, 0]];
      for (const r of [item.size, item.size * 1.9, item.size * 2.8])
        for (let turn = 0; turn < 12; turn += 1)
          rings.push([r * Math.cos((turn * Math.PI) / 6), r * Math.sin((turn * Math.PI) / 6)]);
      const whole = [-1e6, -1e6, 1e6, 1e6];
      const spots = rings.map(([x, y]) => [x - half, y - half]);
      // One of many close together keeps its spot, and others may lie over it.
      if (item.fixed) {
        item.at = [0, 0];
        move(item.glyph, -item.size / 2, -item.size / 2);
        draw(item.lead, 0, 0);
        continue;
      }
      const spot = item.shape === "text" || item.shape === "card"
        ? { dx: -half, dy: -half, box: [point.x - 3, point.y - 3, point.x + 3, point.y + 3] }
        : best(point, half * 2, half * 2, spots, taken, whole);
      taken.push(spot.box);
      item.at = [spot.dx + half, spot.dy + half];
      move(item.glyph, item.at[0] - item.size / 2, item.at[1] - item.size / 2);
      draw(item.lead, ...item.at);
    }
  }

  // Marks of which only the town is known stand in one dashed tray under the town, so that none of them is a spot.
  function placeTrays(shown, taken) {
    const towns = new Map();
    for (const item of shown.filter((one) => one.town)) {
      const key = item.marker.getLatLng().toString();
      towns.set(key, [...(towns.get(key) ?? []), item]);
    }
    for (const [key, tray] of trays) if (!towns.has(key)) { tray.marker.remove(); trays.delete(key); }
    const whole = [-1e6, -1e6, 1e6, 1e6];
    for (const [key, items] of towns) {
      const point = map.latLngToLayerPoint(items[0].marker.getLatLng());
      if (!trays.has(key)) {
        const box = make("div", "tray");
        box.append(make("span", ""));
        const marker = L.marker(items[0].marker.getLatLng(), { icon: icon(box), interactive: false, keyboard: false, pane: "trays" });
        trays.set(key, { marker: marker.addTo(map), box });
      }
      const { box } = trays.get(key);
      const texts = map.getContainer().dataset;
      box.firstChild.textContent = items.length === 1 ? texts.inTownOne : texts.inTown.replace("{n}", String(items.length));
      const cell = 17;
      const perLine = Math.min(items.length, 6);
      const w = Math.max(box.firstChild.offsetWidth, perLine * cell) + 18;
      const h = Math.ceil(items.length / perLine) * cell + 24;
      const spot = best(point, w, h, around(w, h, 12, false), taken, whole);
      taken.push(spot.box);
      box.style.width = `${w}px`;
      box.style.height = `${h}px`;
      move(box, spot.dx, spot.dy);
      items.forEach((item, index) => {
        item.at = [spot.dx + 9 + cell * ((index % perLine) + 0.5), spot.dy + 29 + cell * Math.floor(index / perLine)];
        if (index === 0) draw(item.lead, ...nearest(0, 0, spot.dx, spot.dy, w, h));
        else item.lead.hidden = true;
        move(item.glyph, item.at[0] - item.size / 2, item.at[1] - item.size / 2);
      });
    }
  }

  const labelsOf = (shown) => shown.filter((item) => item.label).map((item) => ({ ...item, optional: item.fromZoom > 0 }));
  const RANK = { town: 0, abroad: 6, around: 9 };
  const townNames = (...kinds) => names
    .filter((item) => kinds.includes(item.kind))
    .map((item) => ({ ...item, rank: RANK[item.kind], optional: item.kind !== "town", size: item.kind === "around" ? 2 : 7, at: [0, 0] }));

  function placeLabels(items, taken, view) {
    for (const item of items.sort((a, b) => a.rank - b.rank)) {
      item.label.hidden = map.getZoom() < (item.fromZoom ?? 0);
      if (item.tie) item.tie.hidden = true;
      if (item.label.hidden) continue;
      const origin = map.latLngToLayerPoint(item.marker.getLatLng());
      const point = L.point(origin.x + item.at[0], origin.y + item.at[1]);
      const w = item.label.offsetWidth;
      const h = item.label.offsetHeight;
      const sides = around(w, h, item.size / 2 + 4, item.shape === "card" || !item.shape);
      const spots = item.shape === "text" ? [[-w / 2, -h / 2], ...sides] : sides.slice(0, item.optional ? 16 : 56);
      const spot = best(point, w, h, spots, taken, view);
      if (item.optional && spot.cost > 0) { item.label.hidden = true; continue; }
      taken.push(spot.box);
      const dx = item.at[0] + spot.dx;
      const dy = item.at[1] + spot.dy;
      move(item.label, dx, dy);
      const reached = nearest(...item.at, dx, dy, w, h);
      if (item.tie) draw(item.tie, ...reached, item.at, item.shape === "card" ? 9 : item.size / 2 + 12);
    }
  }

  // The names of the two countries on either side of the border, at the first height where both are free.
  function placeCountries(taken, view) {
    for (const label of countries) label.hidden = true;
    const line = borders.flatMap((border) => border.getLatLngs().flat(2)).map((latlng) => map.latLngToLayerPoint(latlng));
    for (const part of [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) {
      const y = view[1] + (view[3] - view[1]) * part;
      const crossing = line.findIndex((point, index) => index > 0 && (point.y - y) * (line[index - 1].y - y) <= 0);
      if (crossing < 0) continue;
      const [a, b] = [line[crossing - 1], line[crossing]];
      const x = a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y || 1);
      const spots = countries.slice(0, 2).map((label, index) => {
        const left = index === 0 ? x - label.offsetWidth - 14 : x + 16;
        return [left, y - 8, left + label.offsetWidth, y + 8];
      });
      const seen = spots.every((spot) => spot[0] > view[0] && spot[2] < view[2]);
      if (!seen || spots.some((spot) => taken.some((other) => overlap(spot, other) > 0))) continue;
      spots.forEach((spot, index) => { countries[index].hidden = false; move(countries[index], spot[0], spot[1]); });
      return;
    }
  }

  function layout() {
    const shown = marks.filter((item) => map.hasLayer(item.marker));
    const corner = map.containerPointToLayerPoint([0, 0]);
    const size = map.getSize();
    const view = [corner.x, corner.y, corner.x + size.x, corner.y + size.y];
    const frame = map.getContainer().getBoundingClientRect();
    const taken = [...document.querySelectorAll(".frame .legend, .leaflet-control")].map((element) => {
      const r = element.getBoundingClientRect();
      return [r.left - frame.left + corner.x, r.top - frame.top + corner.y, r.right - frame.left + corner.x, r.bottom - frame.top + corner.y];
    });
    placeMarks(shown, taken);
    placeLabels(townNames("town"), taken, view);
    placeTrays(shown, taken);
    placeLabels([...labelsOf(shown), ...townNames("abroad", "around")], taken, view);
    // A place around without room for its name is no more than a speck.
    for (const { kind, dot, label } of names) if (kind === "around") dot.hidden = label.hidden;
    placeCountries(taken, view);
    // A pop-up points at the mark where it stands, not at the spot it had to leave.
    for (const item of shown) item.marker.getPopup().options.offset = L.point(item.at[0], item.at[1] - 4);
  }

  // Table and controls ----------------------------------------------------------------------------------------------

  function show(row) {
    const feature = row.feature;
    const group = owner.get(feature);
    if (!map.hasLayer(group)) map.addLayer(group);
    const bounds = feature.getBounds ? feature.getBounds() : feature.getLatLng().toBounds(200);
    if (!map.getBounds().contains(bounds)) map.panTo(bounds.getCenter(), { animate: false });
    document.querySelector(".frame").scrollIntoView({ block: "start" });
    feature.openPopup();
    const popup = feature.getPopup().getElement();
    popup.tabIndex = -1;
    popup.focus({ preventScroll: true });
    popup.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      feature.closePopup();
      row.querySelector("button").focus();
    };
  }

  function addNames() {
    for (const item of document.querySelectorAll("#names li")) {
      const label = make("span", `name ${item.className}`, item.textContent);
      if (item.classList.contains("country")) {
        map.getPane("names").append(label);
        countries.push(label);
        continue;
      }
      const box = make("div", "mark");
      const dot = make("span", `town-dot ${item.className}`);
      box.append(dot, label);
      const latlng = [Number(item.dataset.lat), Number(item.dataset.lon)];
      const marker = L.marker(latlng, { icon: icon(box), interactive: false, keyboard: false, pane: "names" }).addTo(map);
      names.push({ marker, label, dot, kind: item.className });
    }
  }

  function finish(drawn, groups, layerControl, home) {
    map = drawn;
    const texts = map.getContainer().dataset;
    const narrow = map.getSize().x < 640;
    const visit = (group, layer) => (layer.eachLayer ? layer.eachLayer((one) => visit(group, one)) : owner.set(layer, group));
    for (const group of groups) group.eachLayer((layer) => visit(group, layer));
    map.eachLayer((layer) => { if (layer.feature?.properties.style === "border" && layer.feature.properties.band) borders.push(layer); });
    addNames();
    L.control.zoom({ position: "topleft", zoomInTitle: texts.zoomIn, zoomOutTitle: texts.zoomOut }).addTo(map);
    const homeControl = L.control({ position: "topleft" });
    homeControl.onAdd = () => {
      const bar = make("div", "leaflet-bar");
      const button = make("button", "home", "⤢");
      button.type = "button";
      button.title = texts.home;
      button.setAttribute("aria-label", texts.home);
      L.DomEvent.disableClickPropagation(bar);
      button.addEventListener("click", () => map.fitBounds(home));
      bar.append(button);
      return bar;
    };
    homeControl.addTo(map);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    const toggle = layerControl.getContainer().querySelector("a");
    toggle.title = texts.layers;
    toggle.setAttribute("aria-label", texts.layers);
    const legend = document.querySelector(".legend");
    L.DomEvent.disableClickPropagation(legend);
    L.DomEvent.disableScrollPropagation(legend);
    if (narrow) {
      layerControl.collapse();
      legend.removeAttribute("open");
      map.on("click", () => layerControl.collapse());
    }
    map.on("popupopen", (event) => event.popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", texts.close));
    map.on("zoomend moveend resize overlayadd overlayremove", layout);
    legend.addEventListener("toggle", layout);
    for (const button of document.querySelectorAll("button[data-row]")) button.addEventListener("click", () => show(byId(button.dataset.row)));
    const ready = () => { layout(); requestAnimationFrame(() => { map.getContainer().dataset.ready = "1"; }); };
    // Asked for by name: nothing may have been drawn in them yet, and then `fonts.ready` is there before they are.
    const font = getComputedStyle(document.body).fontFamily;
    Promise.allSettled([400, 600].map((weight) => document.fonts.load(`${weight} 16px ${font}`))).then(ready);
  }

  return { mark, each, finish };
})();
