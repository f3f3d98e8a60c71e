/** The panel's own words, in the language of the user who looks at it. */

import type { Hass } from "./hass";
import de from "./words/de.json";
import en from "./words/en.json";
import sl from "./words/sl.json";

export type Word = keyof typeof en;

const LANGUAGES: Record<string, Record<Word, string>> = { de, en, sl };

export type Say = (word: Word, values?: Record<string, string | number>) => string;

/** Returns what says a word in a language (as "de-AT"); values are put in as text. */
export const sayer = (language: string): Say => {
  const words = LANGUAGES[language.split("-")[0] ?? ""] ?? en;
  return (word, values = {}) =>
    words[word].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
};

export const isWord = (word: string): word is Word => word in en;

/** Says a duration in the largest unit that it has: "40 sec", "3 min", "2 hr". */
export const duration = (language: string, seconds: number): string => {
  const [value, unit] =
    seconds < 90 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  const format = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 } as const;
  return new Intl.NumberFormat(language, format as Intl.NumberFormatOptions).format(value);
};

/** Says when something was as the user likes it: 12 or 24 hours, in the time of the browser or of the house. */
const clock = ({ config, locale }: Hass, when: string | number, parts: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(locale.time_format === "system" ? undefined : locale.language, {
    ...parts,
    hour: "2-digit",
    minute: "2-digit",
    ...(locale.time_format === "12" || locale.time_format === "24" ? { hour12: locale.time_format === "12" } : {}),
    ...(locale.time_zone === "server" ? { timeZone: config.time_zone } : {}),
  }).format(new Date(when));

export const time = (hass: Hass, when: string | number): string => clock(hass, when, {});

export const dateTime = (hass: Hass, when: string | number): string =>
  clock(hass, when, { day: "numeric", month: "short" });

/** Says an amount with its unit: "16.2 A", "3.4 kW". */
export const amount = (language: string, value: number, unit: string): string => {
  const [shown, said] = unit === "W" && Math.abs(value) >= 1000 ? [value / 1000, "kW"] : [value, unit];
  const digits = said === "W" ? 0 : 1;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(shown)} ${said}`;
};
