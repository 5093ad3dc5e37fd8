// Looking something up by name: a dialog over the page, opened by its button, by "/" or by Ctrl+K.
// The index is one file per snapshot and language; matching forgives one error per word.

const MOST = 40
let dialog, field, list, said, index, matcher

export function offer(button) {
  button.addEventListener("click", () => open(button))
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable=true]")
    const quick = event.key === "k" && (event.ctrlKey || event.metaKey)
    if (!quick && (event.key !== "/" || typing)) return
    event.preventDefault()
    open(document.querySelector("[data-search]"))
  })
}

async function open(button) {
  if (!button || dialog?.open) return
  try {
    await load(button.dataset.search)
  } catch {
    // Without the index the figures can be searched where they are listed.
    location.assign(new URL(`cijfers${location.search}`, document.baseURI))
    return
  }
  dialog.showModal()
  field.select()
  show()
}

async function load(address) {
  if (index?.address === address) return
  const [{ default: Matcher }, answer] = await Promise.all([
    import("./uFuzzy.mjs"),
    fetch(new URL(address, document.baseURI)),
  ])
  const content = await answer.json()
  const names = content.entries.map(
    ([kind, name, detail]) => `${name} ${detail} ${content.kinds[kind]}`,
  )
  const { latinize } = Matcher
  index = { ...content, address, latinize, names: latinize(names) }
  matcher = new Matcher({ intraMode: 1 })
  dialog?.remove()
  dialog = build(index)
}

function build({ label, hint }) {
  const made = document.createElement("dialog")
  made.className = "search"
  field = document.createElement("input")
  Object.assign(field, { type: "search", placeholder: hint, autocomplete: "off" })
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "search-results",
    "aria-autocomplete": "list",
  }))
    field.setAttribute(name, value)
  list = document.createElement("ul")
  Object.assign(list, { id: "search-results", role: "listbox" })
  for (const part of [made, field, list]) part.setAttribute("aria-label", label)
  said = document.createElement("p")
  said.setAttribute("role", "status")
  made.append(field, said, list)
  field.addEventListener("input", show)
  made.addEventListener("keydown", moved)
  made.addEventListener("click", (event) => event.target === made && made.close())
  document.body.append(made)
  return made
}

function found(wanted) {
  const needle = index.latinize(wanted.trim())
  if (!needle) return index.entries.filter(([kind]) => kind < 2)
  const numbers = matches(needle)
  return (numbers.length ? numbers : ofSomeWords(needle)).map((at) => index.entries[at])
}

function matches(needle) {
  const [numbers, , order] = matcher.search(index.names, needle, 1)
  return order ? order.map((at) => numbers[at]) : (numbers ?? [])
}

/** What holds most of the words of a question, where nothing holds all. */
function ofSomeWords(needle) {
  const counts = new Map()
  for (const word of needle.split(/\s+/).filter(({ length }) => length > 3))
    for (const at of matches(word)) counts.set(at, (counts.get(at) ?? 0) + 1)
  return [...counts].sort(([, one], [, other]) => other - one).map(([at]) => at)
}

function show() {
  const entries = found(field.value)
  said.textContent = entries.length ? "" : index.nothing
  list.replaceChildren(...entries.slice(0, MOST).map(option))
  mark(list.firstElementChild)
}

function option([kind, name, detail, address], at) {
  const item = document.createElement("li")
  item.id = `search-${at}`
  item.setAttribute("role", "option")
  const link = document.createElement("a")
  link.href = new URL(address, document.baseURI).href
  link.tabIndex = -1
  for (const [tag, words] of Object.entries({ b: name, span: detail, small: index.kinds[kind] })) {
    const part = document.createElement(tag)
    part.textContent = words
    link.append(part)
  }
  item.append(link)
  return item
}

function mark(item) {
  for (const other of list.children) other.setAttribute("aria-selected", String(other === item))
  field.setAttribute("aria-activedescendant", item?.id ?? "")
  item?.scrollIntoView({ block: "nearest" })
}

function moved(event) {
  const chosen = list.querySelector("[aria-selected=true]")
  const next = {
    ArrowDown: chosen?.nextElementSibling ?? list.firstElementChild,
    ArrowUp: chosen?.previousElementSibling ?? list.lastElementChild,
  }[event.key]
  if (next) {
    event.preventDefault()
    mark(next)
  }
  // A search field empties itself first.
  if (event.key === "Escape") dialog.close()
  if (event.key === "Enter") chosen?.querySelector("a").click()
}
