/** What every view is: an element that has `hass` and speaks the user's language. */

import { LitElement, html, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import type { Hass } from "../hass";
import { shared } from "../style";
import type { Entries } from "../told";
import { sayer, type Say, type Word } from "../words";

export abstract class View extends LitElement {
  static override styles = [shared];

  @property({ attribute: false }) hass!: Hass;

  protected get say(): Say {
    return sayer(this.language);
  }

  protected get language(): string {
    return this.hass.locale.language;
  }

  /** Shows what there is to say while, or because, nothing was told. */
  protected waiting(told: Entries): TemplateResult {
    return told.failed
      ? html`<p role="alert">${this.say("failed", { message: told.failed })}</p>`
      : html`<p role="status">${this.say("loading")}</p>`;
  }

  protected nothing(word: Word): TemplateResult {
    return html`<section class="card">
      <p>${this.say(word)}</p>
      <a href="/config/integrations/integration/local_things">${this.say("open_settings")}</a>
    </section>`;
  }
}
