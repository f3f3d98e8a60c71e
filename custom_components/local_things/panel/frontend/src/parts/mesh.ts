/** The map of a Zigbee network: the radio in the middle, and everybody around who hears them best. */

import { LitElement, css, html, svg } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Mesh, MeshNode } from "../told";

const RADIO = 0;
const RING = 120;
const MARGIN = 50;
/** Link qualities (LQI, 0 to 255) below which a link is middling, or poor. */
const GOOD = 170;
const FAIR = 85;

interface Place {
  node: MeshNode;
  x: number;
  y: number;
}

/** Returns who hears each node best, on the shortest way to the radio; who is heard by nobody is beside the radio. */
const parents = (mesh: Mesh): Map<number, { parent: number; quality: number | null; depth: number }> => {
  const found = new Map([[RADIO, { parent: RADIO, quality: null as number | null, depth: 0 }]]);
  const links = [...mesh.links].sort((one, other) => other.quality - one.quality);
  for (let ring = [RADIO]; ring.length; ) {
    const next: number[] = [];
    for (const { node, other, quality } of links) {
      for (const [near, far] of [
        [node, other],
        [other, node],
      ] as const) {
        if (!ring.includes(near) || found.has(far)) continue;
        found.set(far, { parent: near, quality, depth: (found.get(near)?.depth ?? 0) + 1 });
        next.push(far);
      }
    }
    ring = next;
  }
  for (const { number, quality } of mesh.nodes) {
    if (!found.has(number)) found.set(number, { parent: RADIO, quality, depth: 1 });
  }
  return found;
};

@customElement("local-things-mesh")
export class MeshMap extends LitElement {
  static override styles = css`
    :host {
      display: block;
      overflow-x: auto;
    }
    svg {
      display: block;
      margin: 0 auto;
      max-width: 720px;
      width: 100%;
    }
    line {
      stroke-width: 2;
    }
    .good {
      stroke: var(--success-color, #43a047);
    }
    .fair {
      stroke: var(--warning-color, #ffa600);
    }
    .poor {
      stroke: var(--error-color, #db4437);
    }
    .untold {
      stroke: var(--divider-color, #bdbdbd);
      stroke-dasharray: 4 4;
    }
    circle {
      fill: var(--card-background-color, #fff);
      stroke: var(--primary-text-color);
      stroke-width: 2;
    }
    .coordinator {
      fill: var(--primary-color);
    }
    .router {
      fill: var(--secondary-text-color);
    }
    text {
      fill: var(--primary-text-color);
      font-size: 10px;
      text-anchor: middle;
    }
  `;

  @property({ attribute: false }) mesh: Mesh = { nodes: [], links: [] };
  @property() label = "";

  protected override render() {
    const ways = parents(this.mesh);
    const places = this.places(ways);
    const reach = MARGIN + RING * Math.max(1, ...[...ways.values()].map((way) => way.depth));
    return html`<svg viewBox="${-reach} ${-reach} ${2 * reach} ${2 * reach}" role="img" aria-label=${this.label}>
      ${[...places.values()].map(({ node, x, y }) => {
        const way = ways.get(node.number)!;
        const from = places.get(way.parent);
        if (node.number === RADIO || !from) return null;
        return svg`<line class=${quality(way.quality)} x1=${from.x} y1=${from.y} x2=${x} y2=${y}></line>`;
      })}
      ${[...places.values()].map(
        ({ node, x, y }) => svg`<g>
          <title>${node.name} ${ways.get(node.number)?.quality ?? ""}</title>
          <circle class=${node.kind} cx=${x} cy=${y} r=${node.number === RADIO ? 14 : 9}></circle>
          <text x=${x} y=${y < 0 ? y - 16 : y + 26}>${node.name}</text>
        </g>`,
      )}
    </svg>`;
  }

  /** Puts each node on the ring of its depth, children near whom they hang at. */
  private places(ways: ReturnType<typeof parents>): Map<number, Place> {
    const children = new Map<number, MeshNode[]>();
    for (const node of this.mesh.nodes) {
      if (node.number === RADIO) continue;
      const parent = ways.get(node.number)!.parent;
      children.set(parent, [...(children.get(parent) ?? []), node]);
    }
    const places = new Map<number, Place>();
    const put = (node: MeshNode, from: number, to: number): void => {
      const angle = (from + to) / 2;
      const radius = RING * (ways.get(node.number)?.depth ?? 1);
      places.set(node.number, { node, x: radius * Math.cos(angle), y: radius * Math.sin(angle) });
      const below = children.get(node.number) ?? [];
      const share = (to - from) / Math.max(1, below.length);
      below.forEach((child, index) => put(child, from + index * share, from + (index + 1) * share));
    };
    const radio = this.mesh.nodes.find((node) => node.number === RADIO);
    if (radio) put(radio, -Math.PI, Math.PI);
    return places;
  }
}

const quality = (lqi: number | null): string =>
  lqi === null ? "untold" : lqi >= GOOD ? "good" : lqi >= FAIR ? "fair" : "poor";
