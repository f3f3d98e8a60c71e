/** The panel: a bar with its views, and the one that is looked at. */

import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Hass } from "./hass";
import "./views/conflicts";
import "./views/power";
import "./views/suggestions";
import "./views/things";
import { sayer } from "./words";

const ROOT = "/local-things";

const VIEWS = {
  things: (hass: Hass): TemplateResult => html`<local-things-view-things .hass=${hass}></local-things-view-things>`,
  power: (hass: Hass): TemplateResult => html`<local-things-view-power .hass=${hass}></local-things-view-power>`,
  conflicts: (hass: Hass): TemplateResult =>
    html`<local-things-view-conflicts .hass=${hass}></local-things-view-conflicts>`,
  suggestions: (hass: Hass): TemplateResult =>
    html`<local-things-view-suggestions .hass=${hass}></local-things-view-suggestions>`,
};

type Name = keyof typeof VIEWS;

const NAMES = Object.keys(VIEWS) as Name[];

@customElement("local-things-panel")
export class LocalThingsPanel extends LitElement {
  static override styles = css`
    :host {
      background: var(--primary-background-color);
      color: var(--primary-text-color);
      display: block;
      font-family: var(--ha-font-family-body, Roboto, sans-serif);
      min-height: 100%;
    }
    header {
      align-items: center;
      background: var(--app-header-background-color, var(--primary-color));
      color: var(--app-header-text-color, #fff);
      display: flex;
      flex-wrap: wrap;
      gap: 0 16px;
      min-height: var(--header-height, 56px);
      padding: 0 16px;
      position: sticky;
      top: 0;
      z-index: 1;
    }
    h1 {
      font-size: 1.25rem;
      font-weight: 400;
      margin: 0;
    }
    nav {
      display: flex;
      gap: 4px;
      overflow-x: auto;
    }
    nav a {
      border-bottom: 3px solid transparent;
      color: inherit;
      padding: 16px 12px 13px;
      text-decoration: none;
      white-space: nowrap;
    }
    nav a[aria-current="page"] {
      border-color: currentColor;
      font-weight: 500;
    }
    nav a:focus-visible {
      outline: 2px solid currentColor;
      outline-offset: -4px;
    }
    main {
      margin: 0 auto;
      max-width: 1040px;
      padding: 16px;
    }
    @media (max-width: 600px) {
      nav {
        flex-basis: 100%;
      }
      main {
        padding: 8px;
      }
    }
  `;

  @property({ attribute: false }) hass!: Hass;
  @property({ type: Boolean }) narrow = false;
  @property({ attribute: false }) route?: { path: string };

  protected override render(): TemplateResult {
    const say = sayer(this.hass.locale.language);
    const name = this.name;
    return html`<header>
        <ha-menu-button .hass=${this.hass} .narrow=${this.narrow}></ha-menu-button>
        <h1>${say("title")}</h1>
        <nav aria-label=${say("views")}>
          ${NAMES.map(
            (one) => html`<a href="${ROOT}/${one}" aria-current=${one === name ? "page" : "false"}>${say(one)}</a>`,
          )}
        </nav>
      </header>
      <main>${VIEWS[name](this.hass)}</main>`;
  }

  private get name(): Name {
    const asked = this.route?.path.split("/")[1];
    return NAMES.find((one) => one === asked) ?? "things";
  }
}
