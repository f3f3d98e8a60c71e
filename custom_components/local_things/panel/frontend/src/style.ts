/** What every view shares: Home Assistant's own colours, so dark and light are as the user chose. */

import { css } from "lit";

export const shared = css`
  :host {
    display: block;
  }
  .card {
    background: var(--ha-card-background, var(--card-background-color, #fff));
    border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--divider-color, #e0e0e0));
    border-radius: var(--ha-card-border-radius, 12px);
    margin: 0 0 16px;
    padding: 16px;
  }
  h2 {
    font-size: 1.25rem;
    font-weight: 500;
    margin: 0 0 8px;
  }
  h3 {
    font-size: 1rem;
    font-weight: 500;
    margin: 16px 0 8px;
  }
  p {
    margin: 8px 0;
  }
  /* The user's own colour, made dark or light enough to be read on a card. */
  a,
  button.plain {
    color: color-mix(in srgb, var(--primary-color) 50%, var(--primary-text-color));
  }
  .quiet {
    color: var(--secondary-text-color);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: 12px;
  }
  button {
    background: none;
    border: 1px solid var(--divider-color, #ccc);
    border-radius: 18px;
    color: var(--primary-text-color);
    cursor: pointer;
    font: inherit;
    min-height: 36px;
    padding: 6px 16px;
  }
  button.main {
    background: color-mix(in srgb, var(--primary-color) 60%, #000);
    border-color: transparent;
    color: #fff;
  }
  button.plain {
    border: 0;
    min-height: 0;
    padding: 0;
    text-align: start;
    text-decoration: underline;
  }
  button:disabled {
    cursor: default;
    opacity: 0.6;
  }
  :focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  th {
    color: var(--secondary-text-color);
    font-weight: 500;
  }
  th,
  td {
    border-bottom: 1px solid var(--divider-color, #e0e0e0);
    padding: 8px 12px 8px 0;
    text-align: start;
    vertical-align: top;
  }
  tr:last-child td {
    border-bottom: 0;
  }
  /* On a phone a row is a small card: every cell says what it is. */
  @media (max-width: 600px) {
    thead {
      clip-path: inset(50%);
      height: 1px;
      overflow: hidden;
      position: absolute;
      width: 1px;
    }
    tr {
      border-bottom: 1px solid var(--divider-color, #e0e0e0);
      display: block;
      padding: 8px 0;
    }
    td {
      border: 0;
      display: flex;
      gap: 12px;
      justify-content: space-between;
      padding: 2px 0;
    }
    td:not(.head) {
      text-align: end;
    }
    td::before {
      text-align: start;
      color: var(--secondary-text-color);
      content: attr(data-title);
    }
    td.head {
      font-weight: 500;
    }
    td.head::before {
      content: none;
    }
    td:empty {
      display: none;
    }
  }
`;
