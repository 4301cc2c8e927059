/**
 * Icons are drawn here, 16 by 16, as lines in the colour of the text. Each status has a shape of its own, so that nobody
 * needs colours to tell them apart.
 */
const paths = {
  alert: "M8 1.8 15 14H1L8 1.8ZM8 6v4M8 11.6v.6",
  arrowEnd: "M2 8h11M9 4l4 4-4 4",
  arrowStart: "M14 8H3M7 4 3 8l4 4",
  check: "M2.5 8.5 6 12l7.5-8",
  clock: "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM8 4v4.2l2.8 1.6",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  cross: "M3 3l10 10M13 3 3 13",
  dash: "M3 8h10",
  dot: "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z",
  fatal: "M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5L5 1.5ZM5.5 5.5l5 5M10.5 5.5l-5 5",
  fork: "M8 14V9M8 9 3.5 4.5M8 9l4.5-4.5M3.5 8V4.5H7M12.5 8V4.5H9",
  info: "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM8 7v4.5M8 4.3v.7",
  pause: "M5 3v10M11 3v10",
  plus: "M8 2.5v11M2.5 8h11",
  retry: "M13.5 8A5.5 5.5 0 1 1 11.6 3.8M13.5 1.5v3h-3",
  search: "M7 2a5 5 0 1 1 0 10A5 5 0 0 1 7 2ZM10.8 10.8 14.5 14.5",
  stop: "M3.5 3.5h9v9h-9z",
} as const;

export type IconName = keyof typeof paths;

/** Icon is decoration: the word beside it says the same. Arrows turn round with the direction of writing. */
export function Icon({ name, turns = false }: { name: IconName; turns?: boolean }) {
  return (
    <svg className={turns ? "icon turns" : "icon"} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** The ring that turns while something is under way. */
export function Ring() {
  return (
    <svg className="icon ring" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle cx="8" cy="8" r="6" className="ring-track" />
      <path d="M8 2a6 6 0 0 1 6 6" />
    </svg>
  );
}
