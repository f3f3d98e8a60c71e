/** A gauge: how much of a limit is used, in the colour of how long that lasts. */

import { LitElement, css, html, svg } from "lit";
import { customElement, property } from "lit/decorators.js";

const RADIUS = 40;
const LENGTH = Math.PI * RADIUS;

@customElement("local-things-gauge")
export class Gauge extends LitElement {
  static override styles = css`
    :host {
      display: block;
      max-width: 160px;
    }
    path {
      fill: none;
      stroke-linecap: round;
      stroke-width: 9;
    }
    .track {
      stroke: var(--divider-color, #e0e0e0);
    }
    .calm {
      stroke: var(--success-color, #43a047);
    }
    .soon {
      stroke: var(--warning-color, #ffa600);
    }
    .now {
      stroke: var(--error-color, #db4437);
    }
    text {
      fill: var(--primary-text-color);
      font-size: 15px;
      text-anchor: middle;
    }
    .small {
      fill: var(--secondary-text-color);
      font-size: 9px;
    }
  `;

  /** Part of the rating that is used, 0 to 1 and above; null where it is not known. */
  @property({ attribute: false }) used: number | null = null;
  @property() urgency: "calm" | "soon" | "now" = "calm";
  @property() value = "";
  @property() caption = "";
  @property() label = "";

  protected override render() {
    const shown = Math.min(Math.max(this.used ?? 0, 0), 1);
    const arc = `M 10 52 A ${RADIUS} ${RADIUS} 0 0 1 90 52`;
    return html`<svg viewBox="0 0 100 66" role="img" aria-label="${this.label}">
      <path class="track" d=${arc}></path>
      ${this.used === null
        ? null
        : svg`<path class=${this.urgency} d=${arc} stroke-dasharray="${shown * LENGTH} ${LENGTH * 2}"></path>`}
      <text x="50" y="48">${this.value}</text>
      <text class="small" x="50" y="63">${this.caption}</text>
    </svg>`;
  }
}
