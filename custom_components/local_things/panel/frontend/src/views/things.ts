/** The inventory: every device of every protocol, how it is reached, and whether it answers. */

import { html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";

import "../parts/mesh";
import { View } from "../parts/view";
import { Entries, type Entry, type Mesh, type Thing } from "../told";
import { dateTime, isWord, type Word } from "../words";

interface Column {
  title: Word;
  rare?: boolean;
  cell: (thing: Thing) => string;
}

const KINDS = ["network", "zigbee", "poe_switch"];

@customElement("local-things-view-things")
export class ThingsView extends View {
  private readonly told = new Entries(this, KINDS);

  protected override render(): TemplateResult {
    const entries = this.told.entries;
    if (entries === null) return this.waiting(this.told);
    const shown = entries.filter((entry) => entry.things.length);
    if (!shown.length) return this.nothing("nothing_things");
    const ports = this.ports(entries);
    return html`${shown.map((entry) => this.entry(entry, ports))}`;
  }

  /** Returns which port feeds a device, by the device's id. */
  private ports(entries: Entry[]): Map<string, Thing> {
    const things = new Map(entries.flatMap((entry) => entry.things.map((thing) => [thing.id, thing])));
    const links = entries.flatMap((entry) => entry.links ?? []);
    return new Map(
      links.flatMap(({ device_id, port }) => {
        const thing = things.get(port);
        return thing ? [[device_id, thing] as const] : [];
      }),
    );
  }

  private entry(entry: Entry, ports: Map<string, Thing>): TemplateResult {
    const silent = entry.things.filter((thing) => !thing.available).length;
    const columns = this.columns(ports).filter(
      (column) => !column.rare || entry.things.some((thing) => column.cell(thing) !== ""),
    );
    return html`<section class="card">
      <h2>${entry.title}</h2>
      <p class="quiet">${this.say("things_count", { count: entry.things.length, silent })}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">${this.say("device")}</th>
            ${columns.map((column) => html`<th scope="col">${this.say(column.title)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${entry.things.map(
            (thing) => html`<tr>
              ${this.head(thing)}
              ${columns.map((column) => html`<td data-title=${this.say(column.title)}>${column.cell(thing)}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
      ${entry.mesh && entry.mesh.nodes.length > 1 ? this.mesh(entry.mesh) : null}
    </section>`;
  }

  /** Returns what is told of each device; a rare column is shown only where there is something in it. */
  private columns(ports: Map<string, Thing>): Column[] {
    const port = (thing: Thing): string => (thing.device_id === null ? "" : (ports.get(thing.device_id)?.title ?? ""));
    return [
      { title: "state", cell: (thing) => this.state(thing) },
      { title: "reached_by", cell: (thing) => thing.protocol },
      { title: "protection", cell: (thing) => this.say(`security_${thing.security}`) },
      { title: "port", rare: true, cell: port },
      { title: "draws", rare: true, cell: (thing) => this.power(thing.device_id) },
      { title: "seen", rare: true, cell: (thing) => (thing.last_seen ? dateTime(this.hass, thing.last_seen) : "") },
    ];
  }

  private head(thing: Thing): TemplateResult {
    return html`<td class="head">
      ${thing.device_id === null
        ? thing.title
        : html`<a href="/config/devices/device/${thing.device_id}">${thing.title}</a>`}
      <div class="quiet">${thing.model}</div>
    </td>`;
  }

  private mesh(mesh: Mesh): TemplateResult {
    return html`<h3>${this.say("map")}</h3>
      <local-things-mesh .mesh=${mesh} label=${this.say("map_label", { count: mesh.nodes.length })}></local-things-mesh>
      <p class="quiet">${this.say(mesh.links.length ? "map_lines" : "map_untold")}</p>`;
  }

  private state(thing: Thing): string {
    if (thing.available) return this.say("answers");
    return this.say(thing.reason !== null && isWord(thing.reason) ? thing.reason : "silent");
  }

  /** Returns what a device draws, whoever measures it. */
  private power(deviceId: string | null): string {
    const measured = Object.values(this.hass.entities)
      .filter((entity) => deviceId !== null && entity.device_id === deviceId)
      .map((entity) => this.hass.states[entity.entity_id])
      .find((state) => state?.attributes["device_class"] === "power");
    return measured ? this.hass.formatEntityState(measured) : "";
  }
}
