// What the whole page needs beside its views: its language, a history without double steps, copying, taking along, and
// a menu and popovers that are where the keyboard and a phone expect them.

import { listen, speak } from "./framework.mjs"
import { explain } from "./glossary.mjs"
import { offer } from "./search.mjs"

// `told` holds the page's words.
export function settle(told) {
  const { menu, close } = told.dataset
  const search = told.parentElement.querySelector("[data-search]")
  if (!search.dataset.offered) offer(search)
  search.dataset.offered = true
  // Streamlit's page says lang="en" whatever it shows; a screen reader needs the truth (WCAG 3.1.1).
  document.documentElement.lang = told.lang
  Object.assign(words, { stExpandSidebarButton: menu, stSidebarCollapseButton: close })
  nameMenu()
  speak(new URL(`words-${told.lang}.json`, import.meta.url))
  explain(new URL(`terms-${told.lang}.json`, import.meta.url))
  if (history.stadshart) return
  reveal()
  history.stadshart = true
  // Streamlit makes a step of the first address we write on a page, so that "back" would lead to the same page without it.
  const push = history.pushState.bind(history),
    swap = history.replaceState.bind(history)
  history.pushState = (state, title, url) => {
    const bare = !new URLSearchParams(location.search).has("taal")
    const here = new URL(url, location.href).pathname === location.pathname
    return (bare && here ? swap : push)(state, title, url)
  }
  document.addEventListener("click", clicked)
  document.addEventListener("keydown", tabbed)
  window.addEventListener("beforeprint", stamp)
  new MutationObserver(nameMenu).observe(document.body, { childList: true, subtree: true })
  listen()
  seek()
}

// The parts of a page that opens come one by one, some after their code: it is seen when all are there.
function reveal() {
  const ready = () =>
    document.querySelector(".stApp[data-test-script-state=notRunning]") &&
    !document.querySelector(".stMain [data-testid=stSkeleton]")
  const watch = new MutationObserver(() => {
    if (!ready()) return
    watch.disconnect()
    document.documentElement.dataset.settled = ""
  })
  watch.observe(document.body, { attributes: true, childList: true, subtree: true })
}

// A link to a part of the page: the browser looked for it before it was drawn, and the address has lost it by now.
function seek() {
  const [opened] = performance.getEntriesByType("navigation")
  const id = new URL(opened.name).hash.slice(1)
  if (!id) return
  const watch = new MutationObserver(() => {
    const part = document.getElementById(id)
    if (!part) return
    watch.disconnect()
    // After the page has its height.
    setTimeout(() => part.scrollIntoView(), 300)
  })
  watch.observe(document.body, { childList: true, subtree: true })
}

// On paper stands where it came from, and when.
function stamp() {
  const day = new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" })
  for (const foot of document.querySelectorAll(".sh .foot"))
    foot.dataset.printed = `${location.href} (${day})`
}

const words = {}

// On a phone the views stand behind a button that Streamlit names in English, with an arrow and no word.
function nameMenu() {
  for (const [id, label] of Object.entries(words)) {
    const found = document.querySelector(`[data-testid="${id}"]`)
    const button = found?.closest("button") ?? found?.querySelector("button")
    if (!button || button.dataset.label === label) continue
    button.dataset.label = label
    button.setAttribute("aria-label", label)
  }
}

// Streamlit draws an open popover at the end of the page; for the keyboard it follows its button.
function tabbed(event) {
  const body = document.querySelector("[data-testid=stPopoverBody]")
  const opener = document.querySelector("[data-testid=stPopoverButton][aria-expanded=true]")
  if (event.key !== "Tab" || !body || !opener) return
  const held = document.activeElement
  const within = stops(body)
  // Of a toolbar the arrows reach the rest.
  const group = held.closest("[role=toolbar]") ?? held
  const left = within.filter((one) => !group.contains(one))
  const follows = (one) => group.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING
  let next
  if (held === opener && !event.shiftKey) next = within[0]
  else if (body.contains(held) && event.shiftKey && !left.some((one) => !follows(one)))
    next = opener
  else if (body.contains(held) && !event.shiftKey && !left.some(follows)) next = after(opener)
  if (!next) return
  event.preventDefault()
  next.focus()
}

function stops(root) {
  const all = root.querySelectorAll("a[href], button, input, select, textarea, [tabindex]")
  // A toolbar that was left has no stop any more until it is entered again.
  const reached = (one) => one.tabIndex >= 0 || one.closest("[role=toolbar]")
  return [...all].filter((one) => reached(one) && !one.disabled && one.getClientRects().length > 0)
}

function after(opener) {
  const all = stops(document.querySelector("#root"))
  return all[all.indexOf(opener) + 1]
}

// A menu that was opened over the page has done its work once a view is chosen.
function closeMenu() {
  if (window.matchMedia("(max-width: 768px)").matches) {
    document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click()
  }
}

function clicked(event) {
  if (event.target.closest?.("[data-testid=stSidebarNavLink]")) return setTimeout(closeMenu)
  const copy = event.target.closest?.("[data-copy], [data-picture]")
  const file = event.target.closest?.(".take a[download]")
  if (copy) copied(copy)
  // Without room to say how it goes, the browser's own way is left alone.
  const told = file?.closest(".take").querySelector("[role=status]")
  if (told && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault()
    take(file, told)
  }
}

async function copied(button) {
  const done = button.parentElement.querySelector("[role=status]")
  const { copy, picture } = button.dataset
  done.textContent = (await (picture ? drawn(picture) : written(copy)))
    ? done.dataset.copied
    : done.dataset.byHand
}

async function drawn(address) {
  try {
    // A promise of the picture: some browsers forget the click while a file is fetched.
    const file = fetch(address).then((answer) => (answer.ok ? answer.blob() : Promise.reject()))
    await navigator.clipboard.write([new ClipboardItem({ "image/png": file })])
    return true
  } catch {
    return false
  }
}

async function written(line) {
  try {
    await navigator.clipboard.writeText(line)
    return true
  } catch {
    // A page without https has no clipboard of that kind.
    const field = document.createElement("textarea")
    field.value = line
    document.body.append(field)
    field.select()
    const done = document.execCommand("copy")
    field.remove()
    return done
  }
}

// Fetched rather than followed: a full queue then answers beside the link, and the visit is not left.
async function take(link, told) {
  told.textContent = told.dataset.making
  try {
    const answer = await fetch(link.href)
    if (!answer.ok) {
      told.textContent = answer.headers.get("content-type")?.startsWith("text/plain")
        ? await answer.text()
        : told.dataset.failed
      return
    }
    const saved = document.createElement("a")
    saved.href = URL.createObjectURL(await answer.blob())
    saved.download =
      /filename="([\w.-]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ??
      "stadshart"
    saved.click()
    setTimeout(() => URL.revokeObjectURL(saved.href), 60_000)
    told.textContent = ""
  } catch {
    told.textContent = told.dataset.failed
  }
}
