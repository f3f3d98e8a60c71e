/** What was learnt: each suggestion with its evidence, and what the user says to it. Nothing acts by itself. */

import { css, html, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import { navigate, type HassError } from "../hass";
import "../parts/evidence-strip";
import { View } from "../parts/view";
import { shared } from "../style";
import { listSuggestions, type Suggestion, type Suggestions } from "../told";
import { dateTime, type Word } from "../words";

const REASONS = ["wrong", "rare", "like_doing", "other_person", "not_now"] as const;
const MOST_WRONG_SHOWN = 3;

interface Automation {
  automation_id: string;
  config: Record<string, unknown>;
}

@customElement("local-things-view-suggestions")
export class SuggestionsView extends View {
  static override styles = [
    shared,
    css`
      .sentence {
        font-size: 1.1rem;
      }
      textarea {
        background: var(--secondary-background-color);
        border: 1px solid var(--divider-color, #ccc);
        box-sizing: border-box;
        color: var(--primary-text-color);
        font-family: var(--ha-font-family-code, monospace);
        width: 100%;
      }
      progress {
        width: 100%;
      }
    `,
  ];

  /** Undefined before the first answer, null where this Home Assistant does not learn. */
  @state() private told: Suggestions | null | undefined;
  @state() private failed = "";
  @state() private busy = false;
  @state() private refusing = "";
  @state() private erasing = false;
  @state() private copies: Record<string, string> = {};
  private end: (() => Promise<void>) | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    queueMicrotask(() => void this.follow());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    void this.end?.();
    this.end = null;
  }

  protected override render(): TemplateResult {
    return html`${this.failed ? html`<p role="alert">${this.say("failed", { message: this.failed })}</p>` : null}
    ${this.body()}`;
  }

  private body(): TemplateResult {
    if (this.told === undefined) return html`<p role="status">${this.say("loading")}</p>`;
    if (this.told === null || !this.told.learning) return this.nothing("learning_off");
    const { suggestions, events, days } = this.told;
    return html`${suggestions.length
        ? suggestions.map((one) => this.suggestion(one))
        : html`<section class="card"><p>${this.say("nothing_suggestions")}</p></section>`}
      <section class="card">
        <p>${this.say("learning", { events, days })}</p>
        ${this.mining()} ${this.forgetting()}
      </section>`;
  }

  private mining(): TemplateResult {
    const mining = this.told!.mining;
    if (!mining.running) {
      return html`<div class="actions">
        <button ?disabled=${this.busy} @click=${() => this.ask("mine")}>${this.say("find_now")}</button>
      </div>`;
    }
    const percent = Math.round(mining.progress * 100);
    const said = this.say("finding", { percent });
    return html`<p role="status">${said}</p>
      <progress max="100" value=${percent} aria-label=${said}></progress>`;
  }

  private forgetting(): TemplateResult {
    if (!this.erasing) {
      return html`<div class="actions">
        <button @click=${() => (this.erasing = true)}>${this.say("erase")}</button>
      </div>`;
    }
    return html`<p role="alert">${this.say("erase_sure")}</p>
      <div class="actions">
        <button class="main" @click=${() => this.erase()}>${this.say("erase_yes")}</button>
        <button @click=${() => (this.erasing = false)}>${this.say("cancel")}</button>
      </div>`;
  }

  private suggestion(one: Suggestion): TemplateResult {
    const { evidence } = one;
    const right = evidence.days.filter((day) => day.hits && !day.wrong).length;
    const wrong = evidence.days.filter((day) => day.wrong).length;
    return html`<section class="card" aria-label=${one.sentence}>
      <p class="sentence">${one.sentence}</p>
      <local-things-evidence-strip
        .days=${evidence.days}
        label=${this.say("strip", { hits: right, wrong })}
      ></local-things-evidence-strip>
      <p>
        ${this.say("evidence", { fired: evidence.opportunities, hits: evidence.hits, wrong: evidence.wrong })}
        ${this.say("bound", { times: Math.floor(evidence.lower_bound * 10) })}
        ${this.say("saves", { count: Math.max(1, Math.round(evidence.saved_per_week)) })}
      </p>
      ${this.wrongTimes(one)} ${one.notes.map((note) => html`<p role="note">${note}</p>`)} ${this.shadow(one)}
      ${one.status === "accepted" ? this.inUse(one) : this.choices(one)} ${this.copy(one)}
    </section>`;
  }

  private wrongTimes(one: Suggestion): TemplateResult | null {
    const times = one.evidence.wrong_times.slice(-MOST_WRONG_SHOWN).map((when) => dateTime(this.hass, when));
    return times.length ? html`<p class="quiet">${this.say("wrong_on", { times: times.join(", ") })}</p>` : null;
  }

  private shadow(one: Suggestion): TemplateResult | null {
    if (!one.shadow) return null;
    const until = dateTime(this.hass, one.shadow.until);
    return html`<p role="note">
      ${this.say("in_shadow", { until, count: one.shadow.would_have, right: one.shadow.right })}
    </p>`;
  }

  private inUse(one: Suggestion): TemplateResult {
    return html`<p>${this.say("accepted")}</p>
      <div class="actions">
        <a href="/config/automation/edit/${encodeURIComponent(one.automation_id ?? "")}"
          >${this.say("open_automation")}</a
        >
      </div>`;
  }

  private choices(one: Suggestion): TemplateResult {
    if (this.refusing === one.id) return this.reasons(one);
    const button = (word: Word, act: () => void, main = false): TemplateResult =>
      html`<button class=${main ? "main" : ""} ?disabled=${this.busy} @click=${act}>${this.say(word)}</button>`;
    return html`<div class="actions">
      ${this.told!.automations_writable
        ? [button("use", () => this.use(one), true), button("edit", () => this.use(one, true))]
        : button("copy", () => this.show(one), true)}
      ${one.status === "open" ? button("try", () => this.ask("shadow", { suggestion: one.id })) : null}
      ${button("reject", () => (this.refusing = one.id))}
      ${button("never", () => this.ask("reject", { suggestion: one.id, reason: "never_device" }))}
    </div>`;
  }

  private reasons(one: Suggestion): TemplateResult {
    return html`<p role="status">${this.say("reason")}</p>
      <div class="actions">
        ${REASONS.map(
          (reason) =>
            html`<button ?disabled=${this.busy} @click=${() => this.ask("reject", { suggestion: one.id, reason })}>
              ${this.say(`reason_${reason}`)}
            </button>`,
        )}
        <button @click=${() => (this.refusing = "")}>${this.say("cancel")}</button>
      </div>`;
  }

  private copy(one: Suggestion): TemplateResult | null {
    const text = this.copies[one.id];
    if (text === undefined) return null;
    return html`<p>${this.say("not_writable")}</p>
      <textarea rows="12" readonly aria-label=${this.say("copy")}>${text}</textarea>`;
  }

  private async follow(): Promise<void> {
    await this.refresh();
    if (this.told && this.isConnected && !this.end) {
      this.end = await this.hass.connection.subscribeMessage(() => void this.refresh(), {
        type: "local_things/suggestions/subscribe",
      });
    }
  }

  private async refresh(): Promise<void> {
    await this.trying(async () => {
      this.told = await listSuggestions(this.hass);
    });
  }

  private async ask(command: string, words: object = {}): Promise<void> {
    await this.trying(async () => {
      await this.hass.callWS({ type: `local_things/suggestions/${command}`, ...words });
      this.refusing = "";
    });
    await this.refresh();
  }

  private async erase(): Promise<void> {
    await this.ask("erase");
    this.erasing = false;
  }

  /** Makes an ordinary automation through Home Assistant's own editor interface, as this administrator. */
  private async use(one: Suggestion, edit = false): Promise<void> {
    await this.trying(async () => {
      const { automation_id, config } = await this.automation(one);
      await this.hass.callApi("POST", `config/automation/config/${encodeURIComponent(automation_id)}`, config);
      await this.hass.callWS({ type: "local_things/suggestions/accept", suggestion: one.id, automation_id });
      if (edit) navigate(`/config/automation/edit/${encodeURIComponent(automation_id)}`);
    });
    await this.refresh();
  }

  /** JSON is YAML too (YAML 1.2): the editor and the file take it as it is. */
  private async show(one: Suggestion): Promise<void> {
    await this.trying(async () => {
      const { config } = await this.automation(one);
      this.copies = { ...this.copies, [one.id]: JSON.stringify(config, null, 2) };
    });
  }

  private automation(one: Suggestion): Promise<Automation> {
    return this.hass.callWS<Automation>({ type: "local_things/suggestions/automation", suggestion: one.id });
  }

  private async trying(act: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await act();
      this.failed = "";
    } catch (error) {
      this.failed = (error as HassError).message ?? String(error);
    } finally {
      this.busy = false;
    }
  }
}
