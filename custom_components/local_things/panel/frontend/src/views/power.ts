/** The power budgets: a gauge for each limit and phase, what is reduced and why, and what was decided today. */

import { css, html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";

import { showMore } from "../hass";
import "../parts/gauge";
import { View } from "../parts/view";
import { shared } from "../style";
import { Entries, type Entry, type Limit, type Load, type Row } from "../told";
import { amount, duration, isWord, time } from "../words";

const NOW_S = 60;
const SOON_S = 600;

@customElement("local-things-view-power")
export class PowerView extends View {
  static override styles = [
    shared,
    css`
      .gauges {
        display: flex;
        flex-wrap: wrap;
        gap: 16px;
      }
      .gauge {
        flex: 0 1 160px;
        text-align: center;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        border-bottom: 1px solid var(--divider-color, #e0e0e0);
        display: flex;
        gap: 12px;
        padding: 8px 0;
      }
      li:last-child {
        border-bottom: 0;
      }
    `,
  ];

  private readonly told = new Entries(this, ["power_budget"]);

  protected override render(): TemplateResult {
    const entries = this.told.entries;
    if (entries === null) return this.waiting(this.told);
    return entries.length ? html`${entries.map((entry) => this.budget(entry))}` : this.nothing("nothing_power");
  }

  private budget(entry: Entry): TemplateResult {
    const state = `budget_${entry.state ?? ""}`;
    return html`<section class="card">
        <h2>${entry.title}</h2>
        <p role="status">${isWord(state) ? this.say(state) : ""}${entry.dry_run ? ` · ${this.say("dry_run")}` : ""}</p>
        ${entry.saved ? html`<p>${this.say("saved", { value: amount(this.language, entry.saved, "W") })}</p>` : null}
        ${entry.next_return
          ? html`<p>${this.say("next_return", { time: time(this.hass, entry.next_return) })}</p>`
          : null}
        ${(entry.limits ?? []).map((limit) => this.limit(limit))}
      </section>
      <section class="card">
        <h2>${this.say("loads")}</h2>
        ${this.loads(entry.loads ?? [])}
      </section>
      <section class="card">
        <h2>${this.say("decisions")}</h2>
        ${this.decisions(entry)}
      </section>`;
  }

  private limit(limit: Limit): TemplateResult {
    return html`<h3>${limit.title}</h3>
      <div class="gauges">${limit.rows.map((row) => this.gauge(limit, row))}</div>
      ${this.window(limit)}`;
  }

  private window(limit: Limit): TemplateResult | null {
    if (limit.projection === null) return null;
    const value = amount(this.language, limit.projection, "W");
    const peak = limit.peak === null ? "" : amount(this.language, limit.peak, "W");
    return html`<p>${this.say(peak ? "projection" : "projection_only", { value, peak })}</p>`;
  }

  private gauge(limit: Limit, row: Row): TemplateResult {
    const value = row.value === null ? "–" : amount(this.language, row.value, limit.unit);
    const rating = amount(this.language, limit.rating, limit.unit);
    const trip = this.trip(row);
    const title = [limit.title, row.phase].filter(Boolean).join(" ");
    return html`<div class="gauge">
      <local-things-gauge
        .used=${row.value === null ? null : row.value / limit.rating}
        urgency=${this.urgency(row)}
        value=${value}
        caption=${row.phase ?? ""}
        label="${title}: ${this.say("of_rating", { value, rating })}, ${trip}"
      ></local-things-gauge>
      <div class="quiet">${this.say("of_rating", { value, rating })}</div>
      <div class="quiet">${trip}</div>
    </div>`;
  }

  private urgency(row: Row): string {
    const left = row.time_to_trip ?? Infinity;
    return left <= NOW_S ? "now" : left <= SOON_S || row.is_over ? "soon" : "calm";
  }

  private trip(row: Row): string {
    if (row.value === null) return this.say("no_meter");
    if (row.time_to_trip === null) return this.say("trip_none");
    return this.say("trip_in", { time: duration(this.language, row.time_to_trip) });
  }

  private loads(loads: Load[]): TemplateResult {
    return html`<table>
      <thead>
        <tr>
          <th scope="col">${this.say("load")}</th>
          <th scope="col">${this.say("state")}</th>
          <th scope="col">${this.say("shed_today")}</th>
          <th scope="col">${this.say("why")}</th>
        </tr>
      </thead>
      <tbody>
        ${loads.map((load) => this.load(load))}
      </tbody>
    </table>`;
  }

  private load(load: Load): TemplateResult {
    const status = `status_${load.status}`;
    const mode = `mode_${load.mode}`;
    const since = load.reduced_for === null ? "" : this.say("since", { time: duration(this.language, load.reduced_for) });
    return html`<tr>
      <td class="head">
        <button class="plain" @click=${() => showMore(this, load.entity_id)}>${load.title}</button>
        <div class="quiet">${isWord(mode) ? this.say(mode) : load.mode}</div>
      </td>
      <td data-title=${this.say("state")}>
        ${isWord(status) ? this.say(status, { level: load.level ?? 0 }) : load.status} ${since}
      </td>
      <td data-title=${this.say("shed_today")}>${duration(this.language, load.shed_today * 60)}</td>
      <td data-title=${this.say("why")}>${load.reason}</td>
    </tr>`;
  }

  private decisions(entry: Entry): TemplateResult {
    const decisions = [...(entry.decisions ?? [])].reverse();
    if (!decisions.length) return html`<p>${this.say("no_decisions")}</p>`;
    return html`<ol>
      ${decisions.map(
        (one) => html`<li>
          <time class="quiet" datetime=${new Date(one.when * 1000).toISOString()}>
            ${time(this.hass, one.when * 1000)}
          </time>
          <span>${one.message}</span>
        </li>`,
      )}
    </ol>`;
  }
}
