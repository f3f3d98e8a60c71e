/** What Home Assistant tells the panel: see panel/overview.py, power_budget/overview.py, suggest/api.py. */

import type { ReactiveController, ReactiveControllerHost } from "lit";

import type { Hass, HassError } from "./hass";

export interface Thing {
  id: string;
  parent: string;
  title: string;
  model: string;
  device_id: string | null;
  protocol: string;
  security: "none" | "password" | "encrypted";
  available: boolean;
  reason: string | null;
  last_seen: string | null;
}

export interface Link {
  device_id: string;
  port: string;
}

export interface Row {
  phase: string | null;
  value: number | null;
  headroom: number | null;
  time_to_trip: number | null;
  is_over: boolean;
}

export interface Limit {
  id: string;
  title: string;
  unit: "A" | "W";
  rating: number;
  rows: Row[];
  has_meter: boolean;
  projection: number | null;
  peak: number | null;
}

export interface Load {
  id: string;
  title: string;
  entity_id: string;
  status: string;
  mode: string;
  level: number | null;
  reduced_for: number | null;
  reason: string;
  shed_today: number;
}

export interface Decision {
  when: number;
  type: string;
  message: string;
  entity_id: string;
}

export interface Advice {
  key: string;
  kind: string;
  entity_id: string;
  rules: { entity_id: string; name: string }[];
  event: string;
  page: string;
}

export interface MeshNode {
  number: number;
  name: string;
  kind: "coordinator" | "router" | "end_device" | "unknown";
  quality: number | null;
}

export interface Mesh {
  nodes: MeshNode[];
  links: { node: number; other: number; quality: number }[];
}

/** An entry of Local Things; what it has besides Things depends on its kind. */
export interface Entry {
  entry_id: string;
  kind: string;
  title: string;
  things: Thing[];
  links?: Link[];
  mesh?: Mesh;
  state?: string;
  armed?: boolean;
  dry_run?: boolean;
  saved?: number;
  next_return?: string | null;
  limits?: Limit[];
  loads?: Load[];
  decisions?: Decision[];
  advice?: Advice[];
  rules_read?: number | null;
  rules_unread?: number | null;
}

export interface Day {
  date: string;
  hits: number;
  wrong: number;
  missed: number;
}

export interface Suggestion {
  id: string;
  kind: "event" | "clock" | "sun";
  status: "open" | "shadow" | "accepted";
  sentence: string;
  trigger_entity: string | null;
  target_entity: string;
  evidence: {
    opportunities: number;
    hits: number;
    wrong: number;
    lower_bound: number;
    typical_delay: number;
    saved_per_week: number;
    days: Day[];
    wrong_times: string[];
  };
  shadow: { since: string; until: string; would_have: number; right: number } | null;
  automation_id: string | null;
  notes: string[];
}

export interface Suggestions {
  learning: boolean;
  since: string | null;
  events: number;
  days: number;
  mining: { running: boolean; progress: number; last: string | null };
  automations_writable: boolean;
  suggestions: Suggestion[];
}

const isUnknown = (error: HassError): boolean => error.code === "unknown_command";

/** Follows the entries of some kinds for as long as its host is shown. */
export class Entries implements ReactiveController {
  entries: Entry[] | null = null;
  failed = "";
  private end: (() => Promise<void>) | null = null;
  private shown = false;

  constructor(
    private readonly host: ReactiveControllerHost & { hass: Hass },
    private readonly kinds: string[],
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.shown = true;
    // `hass` is set after the element is made.
    queueMicrotask(() => void this.begin());
  }

  hostDisconnected(): void {
    this.shown = false;
    void this.end?.();
    this.end = null;
  }

  private async begin(): Promise<void> {
    if (!this.shown || this.end) return;
    try {
      const end = await this.host.hass.connection.subscribeMessage<{ entries: Entry[] }>(
        ({ entries }) => {
          this.entries = entries;
          this.failed = "";
          this.host.requestUpdate();
        },
        { type: "local_things/panel/subscribe", kinds: this.kinds },
      );
      if (this.shown) this.end = end;
      else void end();
    } catch (error) {
      this.failed = (error as HassError).message ?? String(error);
      this.host.requestUpdate();
    }
  }
}

/** Asks for the suggestions; null where this Home Assistant does not learn. */
export const listSuggestions = async (hass: Hass): Promise<Suggestions | null> => {
  try {
    return await hass.callWS<Suggestions>({ type: "local_things/suggestions/list" });
  } catch (error) {
    if (isUnknown(error as HassError)) return null;
    throw error;
  }
};
