// Colours, typeface and widths of the one style table, as the scene brings them.

export const look = {}

export const typeface = (weightAndSize) => `${weightAndSize} '${look.font}', sans-serif`

// The style table as variables of the stylesheet; it is there once a scene is loaded.
export function dress(root) {
  for (const [name, value] of Object.entries(look))
    root.style.setProperty(`--${name.replaceAll("_", "-")}`, value)
  root.style.setProperty("--font", `'${look.font}', sans-serif`)
}
