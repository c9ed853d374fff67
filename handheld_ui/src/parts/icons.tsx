/** Line drawings on a 24 × 24 grid. */

const PATHS = {
  undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  short: "M4 8l8-4 8 4v8l-8 4-8-4zM9 10l6 6M15 10l-6 6",
  full: "M4 9h16l-2 11H6zM8 9V4h8v5M9 13h6M9 16.5h6",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  check: "M4 12.5 10 18 20 6",
  cross: "M5 5l14 14M19 5 5 19",
  alert: "M12 3 2 20h20zM12 10v4M12 17h.01",
  badge: "M6 3h12v18H6zM10 3v2h4V3M9.5 17c.4-1.8 4.6-1.8 5 0M12 13.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  cart: "M3 4h2l2 11h11M7 8h13l-2 7M9 20h.01M17 20h.01",
  tote: "M3 8h18l-2 12H5zM3 8l2-3h14l2 3M9 12h6",
  flag: "M6 21V4h11l-2 4 2 4H6",
  scan: "M4 8V5h4M16 5h4v3M20 16v3h-4M8 19H4v-3M8 9v6M11 9v6M13.5 9v6M16 9v6",
  hourglass: "M7 3h10M7 21h10M8 3c0 5 8 6 8 9s-8 4-8 9M16 3c0 5-8 6-8 9s8 4 8 9",
  pause: "M8 4v16M16 4v16",
  erase: "M9 5h11v14H9l-6-7zM12 9.5l5 5M17 9.5l-5 5",
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" data-icon={name} viewBox="0 0 24 24" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
);
