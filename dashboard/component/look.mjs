// Colours, typeface and widths of the one style table, as the scene brings them.

export const look = {}

export const typeface = (weightAndSize) => `${weightAndSize} '${look.font}', sans-serif`
