// A term of the trade explains itself: where it first stands on a page it opens what it means.

// Links, buttons and headings have a purpose of their own; the rest is no prose, too near a link, or folded away.
const APART =
  "a, button, .term, summary, label, h1, h2, h3, svg, code, pre, .foot, .tag, .towns, dl.terms, details:not([open])"
let terms = []
let pattern, card
let waiting = false

// The terms of a language from `address`: per term its words and what it means.
export async function explain(address) {
  if (explain.address === address.href) return
  explain.address = address.href
  const told = await (await fetch(address)).json()
  terms = told.terms
  const every = terms.flatMap(({ words }) => words).toSorted((a, b) => b.length - a.length)
  pattern = new RegExp(`(?<![\\p{L}\\p{N}-])(${every.join("|")})(?![\\p{L}\\p{N}-])`, "giu")
  if (!card) watch()
  card.lastChild.textContent = told.close
  for (const button of document.querySelectorAll(".term")) button.replaceWith(button.textContent)
  mark()
}

function watch() {
  card = document.createElement("div")
  card.popover = "auto"
  card.className = "term-card"
  card.setAttribute("role", "note")
  const close = document.createElement("button")
  close.type = "button"
  close.addEventListener("click", () => card.hidePopover())
  card.append(document.createElement("p"), close)
  document.body.append(card)
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.(".term")
    if (button) show(button)
  })
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.(".term") || !["Enter", " "].includes(event.key)) return
    event.preventDefault()
    show(event.target)
  })
  const soon = () => {
    if (waiting) return
    waiting = true
    requestAnimationFrame(mark)
  }
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true })
}

function show(button) {
  card.firstChild.textContent = terms[button.dataset.term].means
  card.showPopover({ source: button })
  const { left, top, bottom } = button.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = card
  card.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`
  card.style.top = `${bottom + height + 8 < innerHeight ? bottom + 4 : Math.max(8, top - height - 4)}px`
}

function mark() {
  waiting = false
  const shown = new Set(
    [...document.querySelectorAll(".term")].map(({ dataset }) => Number(dataset.term)),
  )
  for (const piece of document.querySelectorAll(".sh")) {
    if (shown.size === terms.length) return
    const walk = document.createTreeWalker(piece, NodeFilter.SHOW_TEXT)
    const texts = []
    while (walk.nextNode()) texts.push(walk.currentNode)
    for (const text of texts) if (!text.parentElement.closest(APART)) split(text, shown)
  }
}

function split(text, shown) {
  for (const { 0: word, index } of text.nodeValue.matchAll(pattern)) {
    const number = terms.findIndex(({ words }) => words.includes(word.toLowerCase()))
    if (shown.has(number)) continue
    shown.add(number)
    // A real button would be a block in the line, and what follows it could stand alone on the next.
    const button = document.createElement("span")
    Object.assign(button, { className: "term", textContent: word, tabIndex: 0 })
    button.setAttribute("role", "button")
    button.dataset.term = number
    const rest = text.splitText(index)
    rest.nodeValue = rest.nodeValue.slice(word.length)
    rest.before(button)
    split(rest, shown)
    return
  }
}
