/** The evidence of a suggestion, a column for each day: what was done, what would have been wrong, what was missed. */

import { LitElement, css, html, svg } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Day } from "../told";

const WIDTH = 9;
const HEIGHT = 28;

@customElement("local-things-evidence-strip")
export class EvidenceStrip extends LitElement {
  static override styles = css`
    :host {
      display: block;
    }
    div {
      overflow-x: auto;
    }
    div:focus-visible {
      outline: 2px solid var(--primary-color);
    }
    svg {
      display: block;
    }
    .hits {
      fill: var(--success-color, #43a047);
    }
    .wrong {
      fill: var(--error-color, #db4437);
    }
    .missed {
      fill: none;
      stroke: var(--secondary-text-color, #727272);
    }
    .none {
      fill: var(--divider-color, #e0e0e0);
    }
  `;

  @property({ attribute: false }) days: Day[] = [];
  @property() label = "";

  protected override render() {
    const width = this.days.length * WIDTH;
    // It may be wider than a phone: the keyboard has to reach it to scroll it.
    return html`<div tabindex="0" role="group" aria-label=${this.label}><svg width=${width} height=${HEIGHT} viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label=${this.label}>
      ${this.days.map((day, index) => this.column(day, index * WIDTH))}
    </svg></div>`;
  }

  /** Right ones grow upwards from the middle line, wrong ones downwards; a missed one is an empty box above. */
  private column(day: Day, x: number) {
    const up = Math.min(day.hits, 3) * 5;
    const down = Math.min(day.wrong, 2) * 5;
    return svg`<g>
      <title>${day.date}: +${day.hits} −${day.wrong} (${day.missed})</title>
      <rect class="none" x=${x} y="16" width="7" height="1"></rect>
      ${up ? svg`<rect class="hits" x=${x} y=${16 - up} width="7" height=${up}></rect>` : null}
      ${down ? svg`<rect class="wrong" x=${x} y="17" width="7" height=${down}></rect>` : null}
      ${!up && day.missed ? svg`<rect class="missed" x=${x + 0.5} y="10.5" width="6" height="5"></rect>` : null}
    </g>`;
  }
}
