/** What the panel uses of the object that Home Assistant's frontend hands to every panel. */

export interface HassEntity {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
}

export interface HassDevice {
  id: string;
  name: string | null;
  name_by_user: string | null;
  area_id: string | null;
}

export interface HassRegistryEntity {
  entity_id: string;
  device_id?: string;
}

export interface Hass {
  states: Record<string, HassEntity>;
  devices: Record<string, HassDevice>;
  entities: Record<string, HassRegistryEntity>;
  areas: Record<string, { name: string }>;
  config: { time_zone: string };
  locale: { language: string; time_format: "language" | "system" | "12" | "24"; time_zone: "local" | "server" };
  connection: {
    subscribeMessage<T>(callback: (message: T) => void, request: object): Promise<() => Promise<void>>;
  };
  callWS<T>(request: object): Promise<T>;
  callApi<T>(method: "POST", path: string, content: object): Promise<T>;
  formatEntityState(entity: HassEntity): string;
}

/** Home Assistant's own errors: `code` as "unknown_command", and a sentence. */
export interface HassError {
  code?: string | number;
  message?: string;
}

export const nameOf = (hass: Hass, entityId: string): string => {
  const name = hass.states[entityId]?.attributes["friendly_name"];
  return typeof name === "string" ? name : entityId;
};

export const showMore = (from: HTMLElement, entityId: string): void => {
  from.dispatchEvent(new CustomEvent("hass-more-info", { detail: { entityId }, bubbles: true, composed: true }));
};

export const navigate = (path: string): void => {
  history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: false } }));
};
