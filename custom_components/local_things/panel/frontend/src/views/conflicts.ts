/** Rules that get in each other's way, as the rule advisor found them. */

import { html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";

import { nameOf } from "../hass";
import { View } from "../parts/view";
import { Entries, type Advice, type Entry } from "../told";
import { isWord } from "../words";

@customElement("local-things-view-conflicts")
export class ConflictsView extends View {
  private readonly told = new Entries(this, ["rule_advisor"]);

  protected override render(): TemplateResult {
    const entries = this.told.entries;
    if (entries === null) return this.waiting(this.told);
    const advisor = entries[0];
    return advisor ? this.advisor(advisor) : this.nothing("no_advisor");
  }

  private advisor(entry: Entry): TemplateResult {
    const advice = entry.advice ?? [];
    const read = entry.rules_read ?? null;
    const unread = entry.rules_unread ?? 0;
    return html`${advice.length
        ? advice.map((one) => this.advice(one))
        : html`<section class="card"><p>${this.say("nothing_conflicts")}</p></section>`}
      ${read === null
        ? null
        : html`<p class="quiet">${this.say(unread ? "read_unread" : "read", { count: read, unread })}</p>`}`;
  }

  private advice(one: Advice): TemplateResult {
    const alone = one.kind === "flip_flap" && one.rules.length < 2;
    const word = `conflict_${one.kind}${alone ? "_alone" : ""}`;
    const values = {
      first: one.rules[0]?.name ?? "",
      second: one.rules.at(-1)?.name ?? "",
      entity: one.entity_id ? nameOf(this.hass, one.entity_id) : "",
      event: one.event,
    };
    return html`<section class="card">
      <p>${isWord(word) ? this.say(word, values) : one.kind}</p>
      <div class="actions">
        ${one.rules.map((rule, index) => this.rule(rule, index === 0 ? one.page : ""))}
      </div>
    </section>`;
  }

  /** Links a rule to its page, where that is known, else to what it is now. */
  private rule(rule: Advice["rules"][number], page: string): TemplateResult {
    const id = this.hass.states[rule.entity_id]?.attributes["id"];
    const known = page || (typeof id === "string" ? `/config/automation/edit/${encodeURIComponent(id)}` : "");
    const href = known || `/config/${rule.entity_id.split(".")[0] || "automation"}/dashboard`;
    return html`<a href=${href}>${this.say("open_rule", { name: rule.name })}</a>`;
  }
}
