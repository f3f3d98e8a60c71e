// Built by script/panel from panel/frontend; sources: sha256 e1c8b4e978e8227f53aba6b7ce70d873a6bc15585ffe65a484a9a174d6d20cc9
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __decorateClass = (decorators, target, key, kind) => {
  var result = kind > 1 ? void 0 : kind ? __getOwnPropDesc(target, key) : target;
  for (var i5 = decorators.length - 1, decorator; i5 >= 0; i5--)
    if (decorator = decorators[i5])
      result = (kind ? decorator(target, key, result) : decorator(result)) || result;
  if (kind && result) __defProp(target, key, result);
  return result;
};

// node_modules/@lit/reactive-element/css-tag.js
/**
 * @license
 * Copyright 2019 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */
var t = globalThis;
var e = t.ShadowRoot && (void 0 === t.ShadyCSS || t.ShadyCSS.nativeShadow) && "adoptedStyleSheets" in Document.prototype && "replace" in CSSStyleSheet.prototype;
var s = /* @__PURE__ */ Symbol();
var o = /* @__PURE__ */ new WeakMap();
var n = class {
  constructor(t4, e5, o6) {
    if (this._$cssResult$ = true, o6 !== s) throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");
    this.cssText = t4, this.t = e5;
  }
  get styleSheet() {
    let t4 = this.o;
    const s4 = this.t;
    if (e && void 0 === t4) {
      const e5 = void 0 !== s4 && 1 === s4.length;
      e5 && (t4 = o.get(s4)), void 0 === t4 && ((this.o = t4 = new CSSStyleSheet()).replaceSync(this.cssText), e5 && o.set(s4, t4));
    }
    return t4;
  }
  toString() {
    return this.cssText;
  }
};
var r = (t4) => new n("string" == typeof t4 ? t4 : t4 + "", void 0, s);
var i = (t4, ...e5) => {
  const o6 = 1 === t4.length ? t4[0] : e5.reduce((e6, s4, o7) => e6 + ((t5) => {
    if (true === t5._$cssResult$) return t5.cssText;
    if ("number" == typeof t5) return t5;
    throw Error("Value passed to 'css' function must be a 'css' function result: " + t5 + ". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.");
  })(s4) + t4[o7 + 1], t4[0]);
  return new n(o6, t4, s);
};
var S = (s4, o6) => {
  if (e) s4.adoptedStyleSheets = o6.map((t4) => t4 instanceof CSSStyleSheet ? t4 : t4.styleSheet);
  else for (const e5 of o6) {
    const o7 = document.createElement("style"), n5 = t.litNonce;
    void 0 !== n5 && o7.setAttribute("nonce", n5), o7.textContent = e5.cssText, s4.appendChild(o7);
  }
};
var c = e ? (t4) => t4 : (t4) => t4 instanceof CSSStyleSheet ? ((t5) => {
  let e5 = "";
  for (const s4 of t5.cssRules) e5 += s4.cssText;
  return r(e5);
})(t4) : t4;

// node_modules/@lit/reactive-element/reactive-element.js
/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */
var { is: i2, defineProperty: e2, getOwnPropertyDescriptor: h, getOwnPropertyNames: r2, getOwnPropertySymbols: o2, getPrototypeOf: n2 } = Object;
var a = globalThis;
var c2 = a.trustedTypes;
var l = c2 ? c2.emptyScript : "";
var p = a.reactiveElementPolyfillSupport;
var d = (t4, s4) => t4;
var u = { toAttribute(t4, s4) {
  switch (s4) {
    case Boolean:
      t4 = t4 ? l : null;
      break;
    case Object:
    case Array:
      t4 = null == t4 ? t4 : JSON.stringify(t4);
  }
  return t4;
}, fromAttribute(t4, s4) {
  let i5 = t4;
  switch (s4) {
    case Boolean:
      i5 = null !== t4;
      break;
    case Number:
      i5 = null === t4 ? null : Number(t4);
      break;
    case Object:
    case Array:
      try {
        i5 = JSON.parse(t4);
      } catch (t5) {
        i5 = null;
      }
  }
  return i5;
} };
var f = (t4, s4) => !i2(t4, s4);
var b = { attribute: true, type: String, converter: u, reflect: false, useDefault: false, hasChanged: f };
Symbol.metadata ??= /* @__PURE__ */ Symbol("metadata"), a.litPropertyMetadata ??= /* @__PURE__ */ new WeakMap();
var y = class extends HTMLElement {
  static addInitializer(t4) {
    this._$Ei(), (this.l ??= []).push(t4);
  }
  static get observedAttributes() {
    return this.finalize(), this._$Eh && [...this._$Eh.keys()];
  }
  static createProperty(t4, s4 = b) {
    if (s4.state && (s4.attribute = false), this._$Ei(), this.prototype.hasOwnProperty(t4) && ((s4 = Object.create(s4)).wrapped = true), this.elementProperties.set(t4, s4), !s4.noAccessor) {
      const i5 = /* @__PURE__ */ Symbol(), h3 = this.getPropertyDescriptor(t4, i5, s4);
      void 0 !== h3 && e2(this.prototype, t4, h3);
    }
  }
  static getPropertyDescriptor(t4, s4, i5) {
    const { get: e5, set: r6 } = h(this.prototype, t4) ?? { get() {
      return this[s4];
    }, set(t5) {
      this[s4] = t5;
    } };
    return { get: e5, set(s5) {
      const h3 = e5?.call(this);
      r6?.call(this, s5), this.requestUpdate(t4, h3, i5);
    }, configurable: true, enumerable: true };
  }
  static getPropertyOptions(t4) {
    return this.elementProperties.get(t4) ?? b;
  }
  static _$Ei() {
    if (this.hasOwnProperty(d("elementProperties"))) return;
    const t4 = n2(this);
    t4.finalize(), void 0 !== t4.l && (this.l = [...t4.l]), this.elementProperties = new Map(t4.elementProperties);
  }
  static finalize() {
    if (this.hasOwnProperty(d("finalized"))) return;
    if (this.finalized = true, this._$Ei(), this.hasOwnProperty(d("properties"))) {
      const t5 = this.properties, s4 = [...r2(t5), ...o2(t5)];
      for (const i5 of s4) this.createProperty(i5, t5[i5]);
    }
    const t4 = this[Symbol.metadata];
    if (null !== t4) {
      const s4 = litPropertyMetadata.get(t4);
      if (void 0 !== s4) for (const [t5, i5] of s4) this.elementProperties.set(t5, i5);
    }
    this._$Eh = /* @__PURE__ */ new Map();
    for (const [t5, s4] of this.elementProperties) {
      const i5 = this._$Eu(t5, s4);
      void 0 !== i5 && this._$Eh.set(i5, t5);
    }
    this.elementStyles = this.finalizeStyles(this.styles);
  }
  static finalizeStyles(s4) {
    const i5 = [];
    if (Array.isArray(s4)) {
      const e5 = new Set(s4.flat(1 / 0).reverse());
      for (const s5 of e5) i5.unshift(c(s5));
    } else void 0 !== s4 && i5.push(c(s4));
    return i5;
  }
  static _$Eu(t4, s4) {
    const i5 = s4.attribute;
    return false === i5 ? void 0 : "string" == typeof i5 ? i5 : "string" == typeof t4 ? t4.toLowerCase() : void 0;
  }
  constructor() {
    super(), this._$Ep = void 0, this.isUpdatePending = false, this.hasUpdated = false, this._$Em = null, this._$Ev();
  }
  _$Ev() {
    this._$ES = new Promise((t4) => this.enableUpdating = t4), this._$AL = /* @__PURE__ */ new Map(), this._$E_(), this.requestUpdate(), this.constructor.l?.forEach((t4) => t4(this));
  }
  addController(t4) {
    (this._$EO ??= /* @__PURE__ */ new Set()).add(t4), void 0 !== this.renderRoot && this.isConnected && t4.hostConnected?.();
  }
  removeController(t4) {
    this._$EO?.delete(t4);
  }
  _$E_() {
    const t4 = /* @__PURE__ */ new Map(), s4 = this.constructor.elementProperties;
    for (const i5 of s4.keys()) this.hasOwnProperty(i5) && (t4.set(i5, this[i5]), delete this[i5]);
    t4.size > 0 && (this._$Ep = t4);
  }
  createRenderRoot() {
    const t4 = this.shadowRoot ?? this.attachShadow(this.constructor.shadowRootOptions);
    return S(t4, this.constructor.elementStyles), t4;
  }
  connectedCallback() {
    this.renderRoot ??= this.createRenderRoot(), this.enableUpdating(true), this._$EO?.forEach((t4) => t4.hostConnected?.());
  }
  enableUpdating(t4) {
  }
  disconnectedCallback() {
    this._$EO?.forEach((t4) => t4.hostDisconnected?.());
  }
  attributeChangedCallback(t4, s4, i5) {
    this._$AK(t4, i5);
  }
  _$ET(t4, s4) {
    const i5 = this.constructor.elementProperties.get(t4), e5 = this.constructor._$Eu(t4, i5);
    if (void 0 !== e5 && true === i5.reflect) {
      const h3 = (void 0 !== i5.converter?.toAttribute ? i5.converter : u).toAttribute(s4, i5.type);
      this._$Em = t4, null == h3 ? this.removeAttribute(e5) : this.setAttribute(e5, h3), this._$Em = null;
    }
  }
  _$AK(t4, s4) {
    const i5 = this.constructor, e5 = i5._$Eh.get(t4);
    if (void 0 !== e5 && this._$Em !== e5) {
      const t5 = i5.getPropertyOptions(e5), h3 = "function" == typeof t5.converter ? { fromAttribute: t5.converter } : void 0 !== t5.converter?.fromAttribute ? t5.converter : u;
      this._$Em = e5;
      const r6 = h3.fromAttribute(s4, t5.type);
      this[e5] = r6 ?? this._$Ej?.get(e5) ?? r6, this._$Em = null;
    }
  }
  requestUpdate(t4, s4, i5, e5 = false, h3) {
    if (void 0 !== t4) {
      const r6 = this.constructor;
      if (false === e5 && (h3 = this[t4]), i5 ??= r6.getPropertyOptions(t4), !((i5.hasChanged ?? f)(h3, s4) || i5.useDefault && i5.reflect && h3 === this._$Ej?.get(t4) && !this.hasAttribute(r6._$Eu(t4, i5)))) return;
      this.C(t4, s4, i5);
    }
    false === this.isUpdatePending && (this._$ES = this._$EP());
  }
  C(t4, s4, { useDefault: i5, reflect: e5, wrapped: h3 }, r6) {
    i5 && !(this._$Ej ??= /* @__PURE__ */ new Map()).has(t4) && (this._$Ej.set(t4, r6 ?? s4 ?? this[t4]), true !== h3 || void 0 !== r6) || (this._$AL.has(t4) || (this.hasUpdated || i5 || (s4 = void 0), this._$AL.set(t4, s4)), true === e5 && this._$Em !== t4 && (this._$Eq ??= /* @__PURE__ */ new Set()).add(t4));
  }
  async _$EP() {
    this.isUpdatePending = true;
    try {
      await this._$ES;
    } catch (t5) {
      Promise.reject(t5);
    }
    const t4 = this.scheduleUpdate();
    return null != t4 && await t4, !this.isUpdatePending;
  }
  scheduleUpdate() {
    return this.performUpdate();
  }
  performUpdate() {
    if (!this.isUpdatePending) return;
    if (!this.hasUpdated) {
      if (this.renderRoot ??= this.createRenderRoot(), this._$Ep) {
        for (const [t6, s5] of this._$Ep) this[t6] = s5;
        this._$Ep = void 0;
      }
      const t5 = this.constructor.elementProperties;
      if (t5.size > 0) for (const [s5, i5] of t5) {
        const { wrapped: t6 } = i5, e5 = this[s5];
        true !== t6 || this._$AL.has(s5) || void 0 === e5 || this.C(s5, void 0, i5, e5);
      }
    }
    let t4 = false;
    const s4 = this._$AL;
    try {
      t4 = this.shouldUpdate(s4), t4 ? (this.willUpdate(s4), this._$EO?.forEach((t5) => t5.hostUpdate?.()), this.update(s4)) : this._$EM();
    } catch (s5) {
      throw t4 = false, this._$EM(), s5;
    }
    t4 && this._$AE(s4);
  }
  willUpdate(t4) {
  }
  _$AE(t4) {
    this._$EO?.forEach((t5) => t5.hostUpdated?.()), this.hasUpdated || (this.hasUpdated = true, this.firstUpdated(t4)), this.updated(t4);
  }
  _$EM() {
    this._$AL = /* @__PURE__ */ new Map(), this.isUpdatePending = false;
  }
  get updateComplete() {
    return this.getUpdateComplete();
  }
  getUpdateComplete() {
    return this._$ES;
  }
  shouldUpdate(t4) {
    return true;
  }
  update(t4) {
    this._$Eq &&= this._$Eq.forEach((t5) => this._$ET(t5, this[t5])), this._$EM();
  }
  updated(t4) {
  }
  firstUpdated(t4) {
  }
};
y.elementStyles = [], y.shadowRootOptions = { mode: "open" }, y[d("elementProperties")] = /* @__PURE__ */ new Map(), y[d("finalized")] = /* @__PURE__ */ new Map(), p?.({ ReactiveElement: y }), (a.reactiveElementVersions ??= []).push("2.1.2");

// node_modules/lit-html/lit-html.js
/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */
var t2 = globalThis;
var i3 = (t4) => t4;
var s2 = t2.trustedTypes;
var e3 = s2 ? s2.createPolicy("lit-html", { createHTML: (t4) => t4 }) : void 0;
var h2 = "$lit$";
var o3 = `lit$${Math.random().toFixed(9).slice(2)}$`;
var n3 = "?" + o3;
var r3 = `<${n3}>`;
var l2 = document;
var c3 = () => l2.createComment("");
var a2 = (t4) => null === t4 || "object" != typeof t4 && "function" != typeof t4;
var u2 = Array.isArray;
var d2 = (t4) => u2(t4) || "function" == typeof t4?.[Symbol.iterator];
var f2 = "[ 	\n\f\r]";
var v = /<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g;
var _ = /-->/g;
var m = />/g;
var p2 = RegExp(`>|${f2}(?:([^\\s"'>=/]+)(${f2}*=${f2}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`, "g");
var g = /'/g;
var $ = /"/g;
var y2 = /^(?:script|style|textarea|title)$/i;
var x = (t4) => (i5, ...s4) => ({ _$litType$: t4, strings: i5, values: s4 });
var b2 = x(1);
var w = x(2);
var T = x(3);
var E = /* @__PURE__ */ Symbol.for("lit-noChange");
var A = /* @__PURE__ */ Symbol.for("lit-nothing");
var C = /* @__PURE__ */ new WeakMap();
var P = l2.createTreeWalker(l2, 129);
function V(t4, i5) {
  if (!u2(t4) || !t4.hasOwnProperty("raw")) throw Error("invalid template strings array");
  return void 0 !== e3 ? e3.createHTML(i5) : i5;
}
var N = (t4, i5) => {
  const s4 = t4.length - 1, e5 = [];
  let n5, l3 = 2 === i5 ? "<svg>" : 3 === i5 ? "<math>" : "", c4 = v;
  for (let i6 = 0; i6 < s4; i6++) {
    const s5 = t4[i6];
    let a3, u3, d3 = -1, f3 = 0;
    for (; f3 < s5.length && (c4.lastIndex = f3, u3 = c4.exec(s5), null !== u3); ) f3 = c4.lastIndex, c4 === v ? "!--" === u3[1] ? c4 = _ : void 0 !== u3[1] ? c4 = m : void 0 !== u3[2] ? (y2.test(u3[2]) && (n5 = RegExp("</" + u3[2], "g")), c4 = p2) : void 0 !== u3[3] && (c4 = p2) : c4 === p2 ? ">" === u3[0] ? (c4 = n5 ?? v, d3 = -1) : void 0 === u3[1] ? d3 = -2 : (d3 = c4.lastIndex - u3[2].length, a3 = u3[1], c4 = void 0 === u3[3] ? p2 : '"' === u3[3] ? $ : g) : c4 === $ || c4 === g ? c4 = p2 : c4 === _ || c4 === m ? c4 = v : (c4 = p2, n5 = void 0);
    const x2 = c4 === p2 && t4[i6 + 1].startsWith("/>") ? " " : "";
    l3 += c4 === v ? s5 + r3 : d3 >= 0 ? (e5.push(a3), s5.slice(0, d3) + h2 + s5.slice(d3) + o3 + x2) : s5 + o3 + (-2 === d3 ? i6 : x2);
  }
  return [V(t4, l3 + (t4[s4] || "<?>") + (2 === i5 ? "</svg>" : 3 === i5 ? "</math>" : "")), e5];
};
var S2 = class _S {
  constructor({ strings: t4, _$litType$: i5 }, e5) {
    let r6;
    this.parts = [];
    let l3 = 0, a3 = 0;
    const u3 = t4.length - 1, d3 = this.parts, [f3, v2] = N(t4, i5);
    if (this.el = _S.createElement(f3, e5), P.currentNode = this.el.content, 2 === i5 || 3 === i5) {
      const t5 = this.el.content.firstChild;
      t5.replaceWith(...t5.childNodes);
    }
    for (; null !== (r6 = P.nextNode()) && d3.length < u3; ) {
      if (1 === r6.nodeType) {
        if (r6.hasAttributes()) for (const t5 of r6.getAttributeNames()) if (t5.endsWith(h2)) {
          const i6 = v2[a3++], s4 = r6.getAttribute(t5).split(o3), e6 = /([.?@])?(.*)/.exec(i6);
          d3.push({ type: 1, index: l3, name: e6[2], strings: s4, ctor: "." === e6[1] ? I : "?" === e6[1] ? L : "@" === e6[1] ? z : H }), r6.removeAttribute(t5);
        } else t5.startsWith(o3) && (d3.push({ type: 6, index: l3 }), r6.removeAttribute(t5));
        if (y2.test(r6.tagName)) {
          const t5 = r6.textContent.split(o3), i6 = t5.length - 1;
          if (i6 > 0) {
            r6.textContent = s2 ? s2.emptyScript : "";
            for (let s4 = 0; s4 < i6; s4++) r6.append(t5[s4], c3()), P.nextNode(), d3.push({ type: 2, index: ++l3 });
            r6.append(t5[i6], c3());
          }
        }
      } else if (8 === r6.nodeType) if (r6.data === n3) d3.push({ type: 2, index: l3 });
      else {
        let t5 = -1;
        for (; -1 !== (t5 = r6.data.indexOf(o3, t5 + 1)); ) d3.push({ type: 7, index: l3 }), t5 += o3.length - 1;
      }
      l3++;
    }
  }
  static createElement(t4, i5) {
    const s4 = l2.createElement("template");
    return s4.innerHTML = t4, s4;
  }
};
function M(t4, i5, s4 = t4, e5) {
  if (i5 === E) return i5;
  let h3 = void 0 !== e5 ? s4._$Co?.[e5] : s4._$Cl;
  const o6 = a2(i5) ? void 0 : i5._$litDirective$;
  return h3?.constructor !== o6 && (h3?._$AO?.(false), void 0 === o6 ? h3 = void 0 : (h3 = new o6(t4), h3._$AT(t4, s4, e5)), void 0 !== e5 ? (s4._$Co ??= [])[e5] = h3 : s4._$Cl = h3), void 0 !== h3 && (i5 = M(t4, h3._$AS(t4, i5.values), h3, e5)), i5;
}
var R = class {
  constructor(t4, i5) {
    this._$AV = [], this._$AN = void 0, this._$AD = t4, this._$AM = i5;
  }
  get parentNode() {
    return this._$AM.parentNode;
  }
  get _$AU() {
    return this._$AM._$AU;
  }
  u(t4) {
    const { el: { content: i5 }, parts: s4 } = this._$AD, e5 = (t4?.creationScope ?? l2).importNode(i5, true);
    P.currentNode = e5;
    let h3 = P.nextNode(), o6 = 0, n5 = 0, r6 = s4[0];
    for (; void 0 !== r6; ) {
      if (o6 === r6.index) {
        let i6;
        2 === r6.type ? i6 = new k(h3, h3.nextSibling, this, t4) : 1 === r6.type ? i6 = new r6.ctor(h3, r6.name, r6.strings, this, t4) : 6 === r6.type && (i6 = new Z(h3, this, t4)), this._$AV.push(i6), r6 = s4[++n5];
      }
      o6 !== r6?.index && (h3 = P.nextNode(), o6++);
    }
    return P.currentNode = l2, e5;
  }
  p(t4) {
    let i5 = 0;
    for (const s4 of this._$AV) void 0 !== s4 && (void 0 !== s4.strings ? (s4._$AI(t4, s4, i5), i5 += s4.strings.length - 2) : s4._$AI(t4[i5])), i5++;
  }
};
var k = class _k {
  get _$AU() {
    return this._$AM?._$AU ?? this._$Cv;
  }
  constructor(t4, i5, s4, e5) {
    this.type = 2, this._$AH = A, this._$AN = void 0, this._$AA = t4, this._$AB = i5, this._$AM = s4, this.options = e5, this._$Cv = e5?.isConnected ?? true;
  }
  get parentNode() {
    let t4 = this._$AA.parentNode;
    const i5 = this._$AM;
    return void 0 !== i5 && 11 === t4?.nodeType && (t4 = i5.parentNode), t4;
  }
  get startNode() {
    return this._$AA;
  }
  get endNode() {
    return this._$AB;
  }
  _$AI(t4, i5 = this) {
    t4 = M(this, t4, i5), a2(t4) ? t4 === A || null == t4 || "" === t4 ? (this._$AH !== A && this._$AR(), this._$AH = A) : t4 !== this._$AH && t4 !== E && this._(t4) : void 0 !== t4._$litType$ ? this.$(t4) : void 0 !== t4.nodeType ? this.T(t4) : d2(t4) ? this.k(t4) : this._(t4);
  }
  O(t4) {
    return this._$AA.parentNode.insertBefore(t4, this._$AB);
  }
  T(t4) {
    this._$AH !== t4 && (this._$AR(), this._$AH = this.O(t4));
  }
  _(t4) {
    this._$AH !== A && a2(this._$AH) ? this._$AA.nextSibling.data = t4 : this.T(l2.createTextNode(t4)), this._$AH = t4;
  }
  $(t4) {
    const { values: i5, _$litType$: s4 } = t4, e5 = "number" == typeof s4 ? this._$AC(t4) : (void 0 === s4.el && (s4.el = S2.createElement(V(s4.h, s4.h[0]), this.options)), s4);
    if (this._$AH?._$AD === e5) this._$AH.p(i5);
    else {
      const t5 = new R(e5, this), s5 = t5.u(this.options);
      t5.p(i5), this.T(s5), this._$AH = t5;
    }
  }
  _$AC(t4) {
    let i5 = C.get(t4.strings);
    return void 0 === i5 && C.set(t4.strings, i5 = new S2(t4)), i5;
  }
  k(t4) {
    u2(this._$AH) || (this._$AH = [], this._$AR());
    const i5 = this._$AH;
    let s4, e5 = 0;
    for (const h3 of t4) e5 === i5.length ? i5.push(s4 = new _k(this.O(c3()), this.O(c3()), this, this.options)) : s4 = i5[e5], s4._$AI(h3), e5++;
    e5 < i5.length && (this._$AR(s4 && s4._$AB.nextSibling, e5), i5.length = e5);
  }
  _$AR(t4 = this._$AA.nextSibling, s4) {
    for (this._$AP?.(false, true, s4); t4 !== this._$AB; ) {
      const s5 = i3(t4).nextSibling;
      i3(t4).remove(), t4 = s5;
    }
  }
  setConnected(t4) {
    void 0 === this._$AM && (this._$Cv = t4, this._$AP?.(t4));
  }
};
var H = class {
  get tagName() {
    return this.element.tagName;
  }
  get _$AU() {
    return this._$AM._$AU;
  }
  constructor(t4, i5, s4, e5, h3) {
    this.type = 1, this._$AH = A, this._$AN = void 0, this.element = t4, this.name = i5, this._$AM = e5, this.options = h3, s4.length > 2 || "" !== s4[0] || "" !== s4[1] ? (this._$AH = Array(s4.length - 1).fill(new String()), this.strings = s4) : this._$AH = A;
  }
  _$AI(t4, i5 = this, s4, e5) {
    const h3 = this.strings;
    let o6 = false;
    if (void 0 === h3) t4 = M(this, t4, i5, 0), o6 = !a2(t4) || t4 !== this._$AH && t4 !== E, o6 && (this._$AH = t4);
    else {
      const e6 = t4;
      let n5, r6;
      for (t4 = h3[0], n5 = 0; n5 < h3.length - 1; n5++) r6 = M(this, e6[s4 + n5], i5, n5), r6 === E && (r6 = this._$AH[n5]), o6 ||= !a2(r6) || r6 !== this._$AH[n5], r6 === A ? t4 = A : t4 !== A && (t4 += (r6 ?? "") + h3[n5 + 1]), this._$AH[n5] = r6;
    }
    o6 && !e5 && this.j(t4);
  }
  j(t4) {
    t4 === A ? this.element.removeAttribute(this.name) : this.element.setAttribute(this.name, t4 ?? "");
  }
};
var I = class extends H {
  constructor() {
    super(...arguments), this.type = 3;
  }
  j(t4) {
    this.element[this.name] = t4 === A ? void 0 : t4;
  }
};
var L = class extends H {
  constructor() {
    super(...arguments), this.type = 4;
  }
  j(t4) {
    this.element.toggleAttribute(this.name, !!t4 && t4 !== A);
  }
};
var z = class extends H {
  constructor(t4, i5, s4, e5, h3) {
    super(t4, i5, s4, e5, h3), this.type = 5;
  }
  _$AI(t4, i5 = this) {
    if ((t4 = M(this, t4, i5, 0) ?? A) === E) return;
    const s4 = this._$AH, e5 = t4 === A && s4 !== A || t4.capture !== s4.capture || t4.once !== s4.once || t4.passive !== s4.passive, h3 = t4 !== A && (s4 === A || e5);
    e5 && this.element.removeEventListener(this.name, this, s4), h3 && this.element.addEventListener(this.name, this, t4), this._$AH = t4;
  }
  handleEvent(t4) {
    "function" == typeof this._$AH ? this._$AH.call(this.options?.host ?? this.element, t4) : this._$AH.handleEvent(t4);
  }
};
var Z = class {
  constructor(t4, i5, s4) {
    this.element = t4, this.type = 6, this._$AN = void 0, this._$AM = i5, this.options = s4;
  }
  get _$AU() {
    return this._$AM._$AU;
  }
  _$AI(t4) {
    M(this, t4);
  }
};
var B = t2.litHtmlPolyfillSupport;
B?.(S2, k), (t2.litHtmlVersions ??= []).push("3.3.3");
var D = (t4, i5, s4) => {
  const e5 = s4?.renderBefore ?? i5;
  let h3 = e5._$litPart$;
  if (void 0 === h3) {
    const t5 = s4?.renderBefore ?? null;
    e5._$litPart$ = h3 = new k(i5.insertBefore(c3(), t5), t5, void 0, s4 ?? {});
  }
  return h3._$AI(t4), h3;
};

// node_modules/lit-element/lit-element.js
/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */
var s3 = globalThis;
var i4 = class extends y {
  constructor() {
    super(...arguments), this.renderOptions = { host: this }, this._$Do = void 0;
  }
  createRenderRoot() {
    const t4 = super.createRenderRoot();
    return this.renderOptions.renderBefore ??= t4.firstChild, t4;
  }
  update(t4) {
    const r6 = this.render();
    this.hasUpdated || (this.renderOptions.isConnected = this.isConnected), super.update(t4), this._$Do = D(r6, this.renderRoot, this.renderOptions);
  }
  connectedCallback() {
    super.connectedCallback(), this._$Do?.setConnected(true);
  }
  disconnectedCallback() {
    super.disconnectedCallback(), this._$Do?.setConnected(false);
  }
  render() {
    return E;
  }
};
i4._$litElement$ = true, i4["finalized"] = true, s3.litElementHydrateSupport?.({ LitElement: i4 });
var o4 = s3.litElementPolyfillSupport;
o4?.({ LitElement: i4 });
(s3.litElementVersions ??= []).push("4.2.2");

// node_modules/lit-html/is-server.js
/**
 * @license
 * Copyright 2022 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */

// node_modules/@lit/reactive-element/decorators/custom-element.js
/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */
var t3 = (t4) => (e5, o6) => {
  void 0 !== o6 ? o6.addInitializer(() => {
    customElements.define(t4, e5);
  }) : customElements.define(t4, e5);
};

// node_modules/@lit/reactive-element/decorators/property.js
/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */
var o5 = { attribute: true, type: String, converter: u, reflect: false, hasChanged: f };
var r4 = (t4 = o5, e5, r6) => {
  const { kind: n5, metadata: i5 } = r6;
  let s4 = globalThis.litPropertyMetadata.get(i5);
  if (void 0 === s4 && globalThis.litPropertyMetadata.set(i5, s4 = /* @__PURE__ */ new Map()), "setter" === n5 && ((t4 = Object.create(t4)).wrapped = true), s4.set(r6.name, t4), "accessor" === n5) {
    const { name: o6 } = r6;
    return { set(r7) {
      const n6 = e5.get.call(this);
      e5.set.call(this, r7), this.requestUpdate(o6, n6, t4, true, r7);
    }, init(e6) {
      return void 0 !== e6 && this.C(o6, void 0, t4, e6), e6;
    } };
  }
  if ("setter" === n5) {
    const { name: o6 } = r6;
    return function(r7) {
      const n6 = this[o6];
      e5.call(this, r7), this.requestUpdate(o6, n6, t4, true, r7);
    };
  }
  throw Error("Unsupported decorator location: " + n5);
};
function n4(t4) {
  return (e5, o6) => "object" == typeof o6 ? r4(t4, e5, o6) : ((t5, e6, o7) => {
    const r6 = e6.hasOwnProperty(o7);
    return e6.constructor.createProperty(o7, t5), r6 ? Object.getOwnPropertyDescriptor(e6, o7) : void 0;
  })(t4, e5, o6);
}

// node_modules/@lit/reactive-element/decorators/state.js
/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */
function r5(r6) {
  return n4({ ...r6, state: true, attribute: false });
}

// node_modules/@lit/reactive-element/decorators/event-options.js
/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */

// node_modules/@lit/reactive-element/decorators/base.js
/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */

// node_modules/@lit/reactive-element/decorators/query.js
/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */

// node_modules/@lit/reactive-element/decorators/query-all.js
/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */

// node_modules/@lit/reactive-element/decorators/query-async.js
/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */

// node_modules/@lit/reactive-element/decorators/query-assigned-elements.js
/**
 * @license
 * Copyright 2021 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */

// node_modules/@lit/reactive-element/decorators/query-assigned-nodes.js
/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */

// src/hass.ts
var nameOf = (hass, entityId) => {
  const name = hass.states[entityId]?.attributes["friendly_name"];
  return typeof name === "string" ? name : entityId;
};
var showMore = (from, entityId) => {
  from.dispatchEvent(new CustomEvent("hass-more-info", { detail: { entityId }, bubbles: true, composed: true }));
};
var navigate = (path) => {
  history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: false } }));
};

// src/style.ts
var shared = i`
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

// src/words/de.json
var de_default = {
  title: "Local Things",
  views: "Ansichten",
  things: "Geräte",
  power: "Leistung",
  conflicts: "Konflikte",
  suggestions: "Vorschläge",
  loading: "Schaue nach …",
  failed: "Home Assistant hat nicht geantwortet: {message}. Lade die Seite neu, um es noch einmal zu versuchen.",
  nothing_things: "Noch ist kein Gerät angenommen. Was gefunden wurde, siehst du unter Einstellungen, Geräte & Dienste, Local Things.",
  nothing_power: "Noch gibt es kein Leistungsbudget. Füge eines unter Einstellungen, Geräte & Dienste, Local Things hinzu.",
  nothing_conflicts: "Keine Regeln kommen einander in die Quere.",
  no_advisor: "Der Regelberater ist nicht eingerichtet. Füge ihn unter Einstellungen, Geräte & Dienste, Local Things hinzu.",
  open_settings: "Einstellungen von Local Things öffnen",
  device: "Gerät",
  state: "Zustand",
  reached_by: "Erreicht über",
  protection: "Schutz",
  port: "PoE-Anschluss",
  draws: "Leistung",
  seen: "Zuletzt gehört",
  answers: "Antwortet",
  silent: "Antwortet nicht",
  power_off: "Sein PoE-Anschluss ist aus",
  identity_changed: "An seiner Stelle antwortet ein anderes Gerät",
  access_denied: "Es verlangt einen Schlüssel oder ein Passwort",
  security_none: "Keiner: Jeder in deinem Netz kann mit ihm sprechen",
  security_password: "Passwort; unterwegs ist es lesbar",
  security_encrypted: "Verschlüsselt",
  things_count: "{count} Geräte, davon {silent} stumm",
  read: "{count} Regeln wurden gelesen.",
  read_unread: "{count} Regeln wurden gelesen; {unread} haben Teile, die niemand vorhersehen kann, etwa Vorlagen.",
  conflict_flip_flap: "{first} und {second} schalten {entity} hin und her ({event})",
  conflict_flip_flap_alone: "{first} schaltet {entity} von allein hin und her ({event})",
  conflict_opposite: "{first} und {second} wollen von {entity} das Gegenteil, wenn dasselbe geschieht",
  conflict_loop: "{first} und {second} starten einander ohne Ende",
  conflict_duplicate: "{first} und {second} tun dasselbe",
  conflict_shadowed: "{second} wirkt nie, denn {first} tut es schon",
  conflict_missing: "{first} benutzt {entity}, das es nicht gibt",
  open_rule: "{name} öffnen",
  budget_infeasible: "Über der Grenze, und nichts ist übrig, was sich abschalten ließe",
  budget_degraded: "Ein Zähler schweigt oder ist nicht glaubhaft",
  budget_disarmed: "Schaut nur zu: nicht scharf geschaltet",
  budget_acting: "Über der Grenze: greift ein",
  budget_reduced: "Innerhalb der Grenzen, mit gedrosselten Verbrauchern",
  budget_watching: "Innerhalb der Grenzen",
  dry_run: "Trockenlauf: Nichts wird gesendet",
  trip_none: "keine Auslösung in Sicht",
  trip_in: "löst in etwa {time} aus",
  no_meter: "kein Messwert",
  of_rating: "{value} von {rating}",
  projection: "Dieses Fenster läuft auf {value} hinaus; das höchste in diesem Monat war {peak}.",
  projection_only: "Dieses Fenster läuft auf {value} hinaus.",
  loads: "Verbraucher",
  load: "Verbraucher",
  status_free: "Wie gewünscht",
  status_limited: "Auf {level} % begrenzt",
  status_shed: "Aus",
  status_returning: "Kommt zurück",
  status_held: "In Ruhe gelassen",
  status_unreachable: "Antwortet nicht",
  mode_observe: "nur beobachtet",
  mode_manage: "wird gesteuert",
  mode_never: "nie angefasst",
  mode_paused: "pausiert",
  since: "seit {time}",
  shed_today: "Heute gedrosselt",
  next_return: "Der nächste Verbraucher darf um {time} zurückkommen.",
  saved: "{value} werden deshalb nicht bezogen.",
  decisions: "Entscheidungen der letzten 24 Stunden",
  no_decisions: "Keine, seit Home Assistant gestartet ist.",
  why: "Warum",
  learning_off: "Das Lernen ist ausgeschaltet. In den Einstellungen des Regelberaters schaltest du es ein; der Dialog dort sagt, was aufbewahrt wird.",
  learning: "Lernt aus {events} Änderungen an {days} Tagen. Alles bleibt auf dieser Maschine.",
  nothing_suggestions: "Noch kein Vorschlag: Eine Gewohnheit muss an mindestens 14 Tagen und 7 Mal zu sehen sein.",
  find_now: "Jetzt nach Gewohnheiten suchen",
  finding: "Suche nach Gewohnheiten: {percent} %",
  evidence: "Als Automation hätte es {fired} Mal ausgelöst: {hits} Mal hast du es selbst getan, {wrong} Mal nicht.",
  bound: "Richtig in mindestens {times} von 10 Fällen.",
  saves: "Es würde dir etwa {count} Handgriffe in der Woche sparen.",
  wrong_on: "Falsch am {times}",
  strip: "Tag für Tag: an {hits} Tagen richtig, an {wrong} mit einem Fehler",
  use: "Übernehmen",
  try: "Eine Woche still ausprobieren",
  edit: "Bearbeiten",
  reject: "Das nicht",
  never: "Für dieses Gerät nie",
  copy: "Als YAML kopieren",
  not_writable: "Deine Automationen liegen nicht dort, wo Home Assistant schreiben kann. Kopiere den Vorschlag stattdessen.",
  reason: "Warum nicht?",
  reason_wrong: "Er ist falsch",
  reason_rare: "Zu selten",
  reason_like_doing: "Das mache ich gern selbst",
  reason_other_person: "Das ist die Gewohnheit von jemand anderem",
  reason_not_now: "Nicht jetzt",
  cancel: "Abbrechen",
  in_shadow: "Still ausprobiert bis {until}: Er hätte {count} Mal gehandelt, davon {right} Mal richtig.",
  accepted: "In Gebrauch",
  open_automation: "Die Automation öffnen",
  erase: "Alles Gelernte vergessen",
  erase_sure: "Wirklich alles vergessen, was gelernt wurde? Das lässt sich nicht rückgängig machen.",
  erase_yes: "Vergessen",
  quarantined: "In Quarantäne",
  map: "Karte des Netzes",
  map_label: "Eine Karte von {count} Zigbee-Geräten; die Tabelle darüber zählt sie auf",
  map_lines: "Eine Linie führt zu dem, der ein Gerät am besten hört: grün gut, gelb mäßig, rot schlecht.",
  map_untold: "Über welchen Router ein Gerät geht, ist noch nicht bekannt: Drück die Taste des Funkmoduls, die danach fragt."
};

// src/words/en.json
var en_default = {
  title: "Local Things",
  views: "Views",
  things: "Things",
  power: "Power",
  conflicts: "Conflicts",
  suggestions: "Suggestions",
  loading: "Looking…",
  failed: "Home Assistant did not answer: {message}. Reload the page to try again.",
  nothing_things: "No device is accepted yet. Choose Settings, Devices & services, Local Things to see what was found.",
  nothing_power: "There is no power budget yet. Add one under Settings, Devices & services, Local Things.",
  nothing_conflicts: "No rules get in each other's way.",
  no_advisor: "The rule advisor is not set up. Add it under Settings, Devices & services, Local Things.",
  open_settings: "Open the settings of Local Things",
  device: "Device",
  state: "State",
  reached_by: "Reached by",
  protection: "Protection",
  port: "PoE port",
  draws: "Power",
  seen: "Last heard",
  answers: "Answers",
  silent: "Does not answer",
  power_off: "Its PoE port is off",
  identity_changed: "Another device answers in its place",
  access_denied: "It asks for a key or password",
  security_none: "None: anybody on your network can speak to it",
  security_password: "Password; others on the way can read it",
  security_encrypted: "Encrypted",
  things_count: "{count} devices, {silent} of them silent",
  read: "{count} rules were read.",
  read_unread: "{count} rules were read; {unread} have parts that nobody can foresee, as templates.",
  conflict_flip_flap: "{first} and {second} take {entity} back and forth ({event})",
  conflict_flip_flap_alone: "{first} takes {entity} back and forth by itself ({event})",
  conflict_opposite: "{first} and {second} want opposite things of {entity} when the same happens",
  conflict_loop: "{first} and {second} start each other without end",
  conflict_duplicate: "{first} and {second} do the same",
  conflict_shadowed: "{second} never has an effect, as {first} does it already",
  conflict_missing: "{first} uses {entity}, which there is not",
  open_rule: "Open {name}",
  budget_infeasible: "Over the limit, and nothing is left that could be turned off",
  budget_degraded: "A meter is silent or cannot be believed",
  budget_disarmed: "Watches only: it is not armed",
  budget_acting: "Over the limit: it is acting",
  budget_reduced: "Within the limits, with loads reduced",
  budget_watching: "Within the limits",
  dry_run: "Dry run: nothing is sent",
  trip_none: "no trip in sight",
  trip_in: "trips in about {time}",
  no_meter: "no reading",
  of_rating: "{value} of {rating}",
  projection: "This window is heading for {value}; the highest of this month was {peak}.",
  projection_only: "This window is heading for {value}.",
  loads: "Loads",
  load: "Load",
  status_free: "As wanted",
  status_limited: "Limited to {level} %",
  status_shed: "Off",
  status_returning: "Comes back",
  status_held: "Left alone",
  status_unreachable: "Does not answer",
  mode_observe: "observed only",
  mode_manage: "managed",
  mode_never: "never touched",
  mode_paused: "paused",
  since: "for {time}",
  shed_today: "Reduced today",
  next_return: "The next load may come back at {time}.",
  saved: "{value} are not drawn because of it.",
  decisions: "Decisions of the last 24 hours",
  no_decisions: "None since Home Assistant started.",
  why: "Why",
  learning_off: "Learning is switched off. The rule advisor's settings switch it on; the dialog there says what is kept.",
  learning: "Learning from {events} changes on {days} days. Everything stays on this machine.",
  nothing_suggestions: "No suggestion yet: a habit has to be seen on at least 14 days, and 7 times.",
  find_now: "Look for habits now",
  finding: "Looking for habits: {percent} %",
  evidence: "As an automation it would have fired {fired} times: {hits} times you did it yourself, {wrong} times not.",
  bound: "Right at least {times} times in 10.",
  saves: "It would save about {count} actions a week.",
  wrong_on: "Wrong on {times}",
  strip: "Day by day: {hits} days right, {wrong} with a wrong one",
  use: "Use it",
  try: "Try silently for a week",
  edit: "Edit",
  reject: "Not this",
  never: "Never for this device",
  copy: "Copy as YAML",
  not_writable: "Your automations are not kept where Home Assistant can write them. Copy it instead.",
  reason: "Why not?",
  reason_wrong: "It is wrong",
  reason_rare: "Too rare",
  reason_like_doing: "I like doing it myself",
  reason_other_person: "That is somebody else's habit",
  reason_not_now: "Not now",
  cancel: "Cancel",
  in_shadow: "Tried silently until {until}: it would have acted {count} times, {right} of them right.",
  accepted: "In use",
  open_automation: "Open the automation",
  erase: "Forget everything learnt",
  erase_sure: "Really forget everything that was learnt? This cannot be undone.",
  erase_yes: "Forget it",
  quarantined: "In quarantine",
  map: "Map of the network",
  map_label: "A map of {count} Zigbee devices; the table above lists them",
  map_lines: "A line goes to who hears a device best: green well, amber fairly, red poorly.",
  map_untold: "Which router a device goes through is not known yet: press the button of the radio that asks for it."
};

// src/words/sl.json
var sl_default = {
  title: "Local Things",
  views: "Pogledi",
  things: "Naprave",
  power: "Moč",
  conflicts: "Navzkrižja",
  suggestions: "Predlogi",
  loading: "Preverjanje …",
  failed: "Home Assistant ni odgovoril: {message}. Znova naložite stran in poskusite še enkrat.",
  nothing_things: "Nobena naprava še ni sprejeta. Kaj je bilo najdeno, vidite v Nastavitve, Naprave in storitve, Local Things.",
  nothing_power: "Omejitve moči še ni. Dodajte jo v Nastavitve, Naprave in storitve, Local Things.",
  nothing_conflicts: "Nobena pravila si niso v napoto.",
  no_advisor: "Svetovalec za pravila ni nastavljen. Dodajte ga v Nastavitve, Naprave in storitve, Local Things.",
  open_settings: "Odprite nastavitve Local Things",
  device: "Naprava",
  state: "Stanje",
  reached_by: "Dosegljiva prek",
  protection: "Zaščita",
  port: "Vrata PoE",
  draws: "Moč",
  seen: "Nazadnje slišana",
  answers: "Odgovarja",
  silent: "Ne odgovarja",
  power_off: "Njena vrata PoE so izklopljena",
  identity_changed: "Namesto nje odgovarja druga naprava",
  access_denied: "Zahteva ključ ali geslo",
  security_none: "Brez: z njo lahko govori kdor koli v vašem omrežju",
  security_password: "Geslo; na poti ga lahko preberejo drugi",
  security_encrypted: "Šifrirano",
  things_count: "Naprav: {count}, od tega molči: {silent}",
  read: "Prebranih pravil: {count}.",
  read_unread: "Prebranih pravil: {count}; deli, ki jih nihče ne more predvideti, na primer predloge: {unread}.",
  conflict_flip_flap: "{first} in {second} preklapljata {entity} sem in tja ({event})",
  conflict_flip_flap_alone: "{first} samo preklaplja {entity} sem in tja ({event})",
  conflict_opposite: "{first} in {second} ob istem dogodku hočeta nasprotno za {entity}",
  conflict_loop: "{first} in {second} se prožita brez konca",
  conflict_duplicate: "{first} in {second} počneta isto",
  conflict_shadowed: "{second} nikoli nima učinka, ker to že opravi {first}",
  conflict_missing: "{first} uporablja {entity}, ki ne obstaja",
  open_rule: "Odprite {name}",
  budget_infeasible: "Nad mejo in ničesar ni več mogoče izklopiti",
  budget_degraded: "Merilnik molči ali mu ni mogoče verjeti",
  budget_disarmed: "Samo opazuje: ni vklopljeno",
  budget_acting: "Nad mejo: ukrepa",
  budget_reduced: "Znotraj meja, z zmanjšanimi porabniki",
  budget_watching: "Znotraj meja",
  dry_run: "Poskusni tek: nič se ne pošlje",
  trip_none: "izklop ni na vidiku",
  trip_in: "izklop čez približno {time}",
  no_meter: "ni odčitka",
  of_rating: "{value} od {rating}",
  projection: "To okno gre proti {value}; najvišje ta mesec je bilo {peak}.",
  projection_only: "To okno gre proti {value}.",
  loads: "Porabniki",
  load: "Porabnik",
  status_free: "Kot želeno",
  status_limited: "Omejen na {level} %",
  status_shed: "Izklopljen",
  status_returning: "Se vrača",
  status_held: "Pri miru",
  status_unreachable: "Ne odgovarja",
  mode_observe: "samo opazovan",
  mode_manage: "upravljan",
  mode_never: "nikoli spremenjen",
  mode_paused: "začasno ustavljen",
  since: "že {time}",
  shed_today: "Danes zmanjšan",
  next_return: "Naslednji porabnik se lahko vrne ob {time}.",
  saved: "Zaradi tega se ne porablja {value}.",
  decisions: "Odločitve zadnjih 24 ur",
  no_decisions: "Nobene od zagona Home Assistant.",
  why: "Zakaj",
  learning_off: "Učenje je izklopljeno. Vklopite ga v nastavitvah svetovalca za pravila; tam piše, kaj se hrani.",
  learning: "Uči se iz sprememb: {events}, dni: {days}. Vse ostane na tej napravi.",
  nothing_suggestions: "Predloga še ni: navado je treba videti vsaj 14 dni in 7-krat.",
  find_now: "Poiščite navade zdaj",
  finding: "Iskanje navad: {percent} %",
  evidence: "Kot avtomatizacija bi se sprožila {fired}-krat: {hits}-krat ste to storili sami, {wrong}-krat ne.",
  bound: "Prav v vsaj {times} od 10 primerov.",
  saves: "Na teden bi prihranila približno toliko dejanj: {count}.",
  wrong_on: "Napačno: {times}",
  strip: "Dan za dnem: pravilnih dni {hits}, z napako {wrong}",
  use: "Uporabi",
  try: "Teden dni tiho preizkusi",
  edit: "Uredi",
  reject: "Tega ne",
  never: "Nikoli za to napravo",
  copy: "Kopiraj kot YAML",
  not_writable: "Vaše avtomatizacije niso tam, kamor Home Assistant lahko piše. Predlog raje kopirajte.",
  reason: "Zakaj ne?",
  reason_wrong: "Je napačen",
  reason_rare: "Preredko",
  reason_like_doing: "To rad(a) počnem sam(a)",
  reason_other_person: "To je navada nekoga drugega",
  reason_not_now: "Ne zdaj",
  cancel: "Prekliči",
  in_shadow: "Tihi preizkus do {until}: ukrepal bi {count}-krat, od tega {right}-krat prav.",
  accepted: "V uporabi",
  open_automation: "Odprite avtomatizacijo",
  erase: "Pozabi vse naučeno",
  erase_sure: "Res pozabiti vse, kar je bilo naučeno? Tega ni mogoče razveljaviti.",
  erase_yes: "Pozabi",
  quarantined: "V karanteni",
  map: "Zemljevid omrežja",
  map_label: "Zemljevid naprav Zigbee, ki jih je {count}; našteva jih tabela zgoraj",
  map_lines: "Črta vodi k tistemu, ki napravo najbolje sliši: zelena dobro, rumena srednje, rdeča slabo.",
  map_untold: "Prek katerega usmerjevalnika gre naprava, še ni znano: pritisnite gumb radia, ki po tem povpraša."
};

// src/words.ts
var LANGUAGES = { de: de_default, en: en_default, sl: sl_default };
var sayer = (language) => {
  const words = LANGUAGES[language.split("-")[0] ?? ""] ?? en_default;
  return (word, values = {}) => words[word].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
};
var isWord = (word) => word in en_default;
var duration = (language, seconds) => {
  const [value, unit] = seconds < 90 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  const format = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 };
  return new Intl.NumberFormat(language, format).format(value);
};
var clock = ({ config, locale }, when, parts) => new Intl.DateTimeFormat(locale.time_format === "system" ? void 0 : locale.language, {
  ...parts,
  hour: "2-digit",
  minute: "2-digit",
  ...locale.time_format === "12" || locale.time_format === "24" ? { hour12: locale.time_format === "12" } : {},
  ...locale.time_zone === "server" ? { timeZone: config.time_zone } : {}
}).format(new Date(when));
var time = (hass, when) => clock(hass, when, {});
var dateTime = (hass, when) => clock(hass, when, { day: "numeric", month: "short" });
var amount = (language, value, unit) => {
  const [shown, said] = unit === "W" && Math.abs(value) >= 1e3 ? [value / 1e3, "kW"] : [value, unit];
  const digits = said === "W" ? 0 : 1;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(shown)} ${said}`;
};

// src/parts/view.ts
var View = class extends i4 {
  static {
    this.styles = [shared];
  }
  get say() {
    return sayer(this.language);
  }
  get language() {
    return this.hass.locale.language;
  }
  /** Shows what there is to say while, or because, nothing was told. */
  waiting(told) {
    return told.failed ? b2`<p role="alert">${this.say("failed", { message: told.failed })}</p>` : b2`<p role="status">${this.say("loading")}</p>`;
  }
  nothing(word) {
    return b2`<section class="card">
      <p>${this.say(word)}</p>
      <a href="/config/integrations/integration/local_things">${this.say("open_settings")}</a>
    </section>`;
  }
};
__decorateClass([
  n4({ attribute: false })
], View.prototype, "hass", 2);

// src/told.ts
var isUnknown = (error) => error.code === "unknown_command";
var Entries = class {
  constructor(host, kinds) {
    this.host = host;
    this.kinds = kinds;
    this.entries = null;
    this.failed = "";
    this.end = null;
    this.shown = false;
    host.addController(this);
  }
  hostConnected() {
    this.shown = true;
    queueMicrotask(() => void this.begin());
  }
  hostDisconnected() {
    this.shown = false;
    void this.end?.();
    this.end = null;
  }
  async begin() {
    if (!this.shown || this.end) return;
    try {
      const end = await this.host.hass.connection.subscribeMessage(
        ({ entries }) => {
          this.entries = entries;
          this.failed = "";
          this.host.requestUpdate();
        },
        { type: "local_things/panel/subscribe", kinds: this.kinds }
      );
      if (this.shown) this.end = end;
      else void end();
    } catch (error) {
      this.failed = error.message ?? String(error);
      this.host.requestUpdate();
    }
  }
};
var listSuggestions = async (hass) => {
  try {
    return await hass.callWS({ type: "local_things/suggestions/list" });
  } catch (error) {
    if (isUnknown(error)) return null;
    throw error;
  }
};

// src/views/conflicts.ts
var ConflictsView = class extends View {
  constructor() {
    super(...arguments);
    this.told = new Entries(this, ["rule_advisor"]);
  }
  render() {
    const entries = this.told.entries;
    if (entries === null) return this.waiting(this.told);
    const advisor = entries[0];
    return advisor ? this.advisor(advisor) : this.nothing("no_advisor");
  }
  advisor(entry) {
    const advice = entry.advice ?? [];
    const read = entry.rules_read ?? null;
    const unread = entry.rules_unread ?? 0;
    return b2`${advice.length ? advice.map((one) => this.advice(one)) : b2`<section class="card"><p>${this.say("nothing_conflicts")}</p></section>`}
      ${read === null ? null : b2`<p class="quiet">${this.say(unread ? "read_unread" : "read", { count: read, unread })}</p>`}`;
  }
  advice(one) {
    const alone = one.kind === "flip_flap" && one.rules.length < 2;
    const word = `conflict_${one.kind}${alone ? "_alone" : ""}`;
    const values = {
      first: one.rules[0]?.name ?? "",
      second: one.rules.at(-1)?.name ?? "",
      entity: one.entity_id ? nameOf(this.hass, one.entity_id) : "",
      event: one.event
    };
    return b2`<section class="card">
      <p>${isWord(word) ? this.say(word, values) : one.kind}</p>
      <div class="actions">
        ${one.rules.map((rule, index) => this.rule(rule, index === 0 ? one.page : ""))}
      </div>
    </section>`;
  }
  /** Links a rule to its page, where that is known, else to what it is now. */
  rule(rule, page) {
    const id = this.hass.states[rule.entity_id]?.attributes["id"];
    const known = page || (typeof id === "string" ? `/config/automation/edit/${encodeURIComponent(id)}` : "");
    const href = known || `/config/${rule.entity_id.split(".")[0] || "automation"}/dashboard`;
    return b2`<a href=${href}>${this.say("open_rule", { name: rule.name })}</a>`;
  }
};
ConflictsView = __decorateClass([
  t3("local-things-view-conflicts")
], ConflictsView);

// src/parts/gauge.ts
var RADIUS = 40;
var LENGTH = Math.PI * RADIUS;
var Gauge = class extends i4 {
  constructor() {
    super(...arguments);
    this.used = null;
    this.urgency = "calm";
    this.value = "";
    this.caption = "";
    this.label = "";
  }
  render() {
    const shown = Math.min(Math.max(this.used ?? 0, 0), 1);
    const arc = `M 10 52 A ${RADIUS} ${RADIUS} 0 0 1 90 52`;
    return b2`<svg viewBox="0 0 100 66" role="img" aria-label="${this.label}">
      <path class="track" d=${arc}></path>
      ${this.used === null ? null : w`<path class=${this.urgency} d=${arc} stroke-dasharray="${shown * LENGTH} ${LENGTH * 2}"></path>`}
      <text x="50" y="48">${this.value}</text>
      <text class="small" x="50" y="63">${this.caption}</text>
    </svg>`;
  }
};
Gauge.styles = i`
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
__decorateClass([
  n4({ attribute: false })
], Gauge.prototype, "used", 2);
__decorateClass([
  n4()
], Gauge.prototype, "urgency", 2);
__decorateClass([
  n4()
], Gauge.prototype, "value", 2);
__decorateClass([
  n4()
], Gauge.prototype, "caption", 2);
__decorateClass([
  n4()
], Gauge.prototype, "label", 2);
Gauge = __decorateClass([
  t3("local-things-gauge")
], Gauge);

// src/views/power.ts
var NOW_S = 60;
var SOON_S = 600;
var PowerView = class extends View {
  constructor() {
    super(...arguments);
    this.told = new Entries(this, ["power_budget"]);
  }
  render() {
    const entries = this.told.entries;
    if (entries === null) return this.waiting(this.told);
    return entries.length ? b2`${entries.map((entry) => this.budget(entry))}` : this.nothing("nothing_power");
  }
  budget(entry) {
    const state = `budget_${entry.state ?? ""}`;
    return b2`<section class="card">
        <h2>${entry.title}</h2>
        <p role="status">${isWord(state) ? this.say(state) : ""}${entry.dry_run ? ` · ${this.say("dry_run")}` : ""}</p>
        ${entry.saved ? b2`<p>${this.say("saved", { value: amount(this.language, entry.saved, "W") })}</p>` : null}
        ${entry.next_return ? b2`<p>${this.say("next_return", { time: time(this.hass, entry.next_return) })}</p>` : null}
        ${(entry.limits ?? []).map((limit) => this.limit(limit))}
      </section>
      <section class="card">
        <h2>${this.say("loads")}</h2>
        ${this.loads(entry.loads ?? [])}
      </section>
      <section class="card">
        <h2>${this.say("decisions")}</h2>
        ${this.decisions(entry)}
      </section>`;
  }
  limit(limit) {
    return b2`<h3>${limit.title}</h3>
      <div class="gauges">${limit.rows.map((row) => this.gauge(limit, row))}</div>
      ${this.window(limit)}`;
  }
  window(limit) {
    if (limit.projection === null) return null;
    const value = amount(this.language, limit.projection, "W");
    const peak = limit.peak === null ? "" : amount(this.language, limit.peak, "W");
    return b2`<p>${this.say(peak ? "projection" : "projection_only", { value, peak })}</p>`;
  }
  gauge(limit, row) {
    const value = row.value === null ? "–" : amount(this.language, row.value, limit.unit);
    const rating = amount(this.language, limit.rating, limit.unit);
    const trip = this.trip(row);
    const title = [limit.title, row.phase].filter(Boolean).join(" ");
    return b2`<div class="gauge">
      <local-things-gauge
        .used=${row.value === null ? null : row.value / limit.rating}
        urgency=${this.urgency(row)}
        value=${value}
        caption=${row.phase ?? ""}
        label="${title}: ${this.say("of_rating", { value, rating })}, ${trip}"
      ></local-things-gauge>
      <div class="quiet">${this.say("of_rating", { value, rating })}</div>
      <div class="quiet">${trip}</div>
    </div>`;
  }
  urgency(row) {
    const left = row.time_to_trip ?? Infinity;
    return left <= NOW_S ? "now" : left <= SOON_S || row.is_over ? "soon" : "calm";
  }
  trip(row) {
    if (row.value === null) return this.say("no_meter");
    if (row.time_to_trip === null) return this.say("trip_none");
    return this.say("trip_in", { time: duration(this.language, row.time_to_trip) });
  }
  loads(loads) {
    return b2`<table>
      <thead>
        <tr>
          <th scope="col">${this.say("load")}</th>
          <th scope="col">${this.say("state")}</th>
          <th scope="col">${this.say("shed_today")}</th>
          <th scope="col">${this.say("why")}</th>
        </tr>
      </thead>
      <tbody>
        ${loads.map((load) => this.load(load))}
      </tbody>
    </table>`;
  }
  load(load) {
    const status = `status_${load.status}`;
    const mode = `mode_${load.mode}`;
    const since = load.reduced_for === null ? "" : this.say("since", { time: duration(this.language, load.reduced_for) });
    return b2`<tr>
      <td class="head">
        <button class="plain" @click=${() => showMore(this, load.entity_id)}>${load.title}</button>
        <div class="quiet">${isWord(mode) ? this.say(mode) : load.mode}</div>
      </td>
      <td data-title=${this.say("state")}>
        ${isWord(status) ? this.say(status, { level: load.level ?? 0 }) : load.status} ${since}
      </td>
      <td data-title=${this.say("shed_today")}>${duration(this.language, load.shed_today * 60)}</td>
      <td data-title=${this.say("why")}>${load.reason}</td>
    </tr>`;
  }
  decisions(entry) {
    const decisions = [...entry.decisions ?? []].reverse();
    if (!decisions.length) return b2`<p>${this.say("no_decisions")}</p>`;
    return b2`<ol>
      ${decisions.map(
      (one) => b2`<li>
          <time class="quiet" datetime=${new Date(one.when * 1e3).toISOString()}>
            ${time(this.hass, one.when * 1e3)}
          </time>
          <span>${one.message}</span>
        </li>`
    )}
    </ol>`;
  }
};
PowerView.styles = [
  shared,
  i`
      .gauges {
        display: flex;
        flex-wrap: wrap;
        gap: 16px;
      }
      .gauge {
        flex: 0 1 160px;
        text-align: center;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        border-bottom: 1px solid var(--divider-color, #e0e0e0);
        display: flex;
        gap: 12px;
        padding: 8px 0;
      }
      li:last-child {
        border-bottom: 0;
      }
    `
];
PowerView = __decorateClass([
  t3("local-things-view-power")
], PowerView);

// src/parts/evidence-strip.ts
var WIDTH = 9;
var HEIGHT = 28;
var EvidenceStrip = class extends i4 {
  constructor() {
    super(...arguments);
    this.days = [];
    this.label = "";
  }
  render() {
    const width = this.days.length * WIDTH;
    return b2`<div tabindex="0" role="group" aria-label=${this.label}><svg width=${width} height=${HEIGHT} viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label=${this.label}>
      ${this.days.map((day, index) => this.column(day, index * WIDTH))}
    </svg></div>`;
  }
  /** Right ones grow upwards from the middle line, wrong ones downwards; a missed one is an empty box above. */
  column(day, x2) {
    const up = Math.min(day.hits, 3) * 5;
    const down = Math.min(day.wrong, 2) * 5;
    return w`<g>
      <title>${day.date}: +${day.hits} −${day.wrong} (${day.missed})</title>
      <rect class="none" x=${x2} y="16" width="7" height="1"></rect>
      ${up ? w`<rect class="hits" x=${x2} y=${16 - up} width="7" height=${up}></rect>` : null}
      ${down ? w`<rect class="wrong" x=${x2} y="17" width="7" height=${down}></rect>` : null}
      ${!up && day.missed ? w`<rect class="missed" x=${x2 + 0.5} y="10.5" width="6" height="5"></rect>` : null}
    </g>`;
  }
};
EvidenceStrip.styles = i`
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
__decorateClass([
  n4({ attribute: false })
], EvidenceStrip.prototype, "days", 2);
__decorateClass([
  n4()
], EvidenceStrip.prototype, "label", 2);
EvidenceStrip = __decorateClass([
  t3("local-things-evidence-strip")
], EvidenceStrip);

// src/views/suggestions.ts
var REASONS = ["wrong", "rare", "like_doing", "other_person", "not_now"];
var MOST_WRONG_SHOWN = 3;
var SuggestionsView = class extends View {
  constructor() {
    super(...arguments);
    this.failed = "";
    this.busy = false;
    this.refusing = "";
    this.erasing = false;
    this.copies = {};
    this.end = null;
  }
  connectedCallback() {
    super.connectedCallback();
    queueMicrotask(() => void this.follow());
  }
  disconnectedCallback() {
    super.disconnectedCallback();
    void this.end?.();
    this.end = null;
  }
  render() {
    return b2`${this.failed ? b2`<p role="alert">${this.say("failed", { message: this.failed })}</p>` : null}
    ${this.body()}`;
  }
  body() {
    if (this.told === void 0) return b2`<p role="status">${this.say("loading")}</p>`;
    if (this.told === null || !this.told.learning) return this.nothing("learning_off");
    const { suggestions, events, days } = this.told;
    return b2`${suggestions.length ? suggestions.map((one) => this.suggestion(one)) : b2`<section class="card"><p>${this.say("nothing_suggestions")}</p></section>`}
      <section class="card">
        <p>${this.say("learning", { events, days })}</p>
        ${this.mining()} ${this.forgetting()}
      </section>`;
  }
  mining() {
    const mining = this.told.mining;
    if (!mining.running) {
      return b2`<div class="actions">
        <button ?disabled=${this.busy} @click=${() => this.ask("mine")}>${this.say("find_now")}</button>
      </div>`;
    }
    const percent = Math.round(mining.progress * 100);
    const said = this.say("finding", { percent });
    return b2`<p role="status">${said}</p>
      <progress max="100" value=${percent} aria-label=${said}></progress>`;
  }
  forgetting() {
    if (!this.erasing) {
      return b2`<div class="actions">
        <button @click=${() => this.erasing = true}>${this.say("erase")}</button>
      </div>`;
    }
    return b2`<p role="alert">${this.say("erase_sure")}</p>
      <div class="actions">
        <button class="main" @click=${() => this.erase()}>${this.say("erase_yes")}</button>
        <button @click=${() => this.erasing = false}>${this.say("cancel")}</button>
      </div>`;
  }
  suggestion(one) {
    const { evidence } = one;
    const right = evidence.days.filter((day) => day.hits && !day.wrong).length;
    const wrong = evidence.days.filter((day) => day.wrong).length;
    return b2`<section class="card" aria-label=${one.sentence}>
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
      ${this.wrongTimes(one)} ${one.notes.map((note) => b2`<p role="note">${note}</p>`)} ${this.shadow(one)}
      ${one.status === "accepted" ? this.inUse(one) : this.choices(one)} ${this.copy(one)}
    </section>`;
  }
  wrongTimes(one) {
    const times = one.evidence.wrong_times.slice(-MOST_WRONG_SHOWN).map((when) => dateTime(this.hass, when));
    return times.length ? b2`<p class="quiet">${this.say("wrong_on", { times: times.join(", ") })}</p>` : null;
  }
  shadow(one) {
    if (!one.shadow) return null;
    const until = dateTime(this.hass, one.shadow.until);
    return b2`<p role="note">
      ${this.say("in_shadow", { until, count: one.shadow.would_have, right: one.shadow.right })}
    </p>`;
  }
  inUse(one) {
    return b2`<p>${this.say("accepted")}</p>
      <div class="actions">
        <a href="/config/automation/edit/${encodeURIComponent(one.automation_id ?? "")}"
          >${this.say("open_automation")}</a
        >
      </div>`;
  }
  choices(one) {
    if (this.refusing === one.id) return this.reasons(one);
    const button = (word, act, main = false) => b2`<button class=${main ? "main" : ""} ?disabled=${this.busy} @click=${act}>${this.say(word)}</button>`;
    return b2`<div class="actions">
      ${this.told.automations_writable ? [button("use", () => this.use(one), true), button("edit", () => this.use(one, true))] : button("copy", () => this.show(one), true)}
      ${one.status === "open" ? button("try", () => this.ask("shadow", { suggestion: one.id })) : null}
      ${button("reject", () => this.refusing = one.id)}
      ${button("never", () => this.ask("reject", { suggestion: one.id, reason: "never_device" }))}
    </div>`;
  }
  reasons(one) {
    return b2`<p role="status">${this.say("reason")}</p>
      <div class="actions">
        ${REASONS.map(
      (reason) => b2`<button ?disabled=${this.busy} @click=${() => this.ask("reject", { suggestion: one.id, reason })}>
              ${this.say(`reason_${reason}`)}
            </button>`
    )}
        <button @click=${() => this.refusing = ""}>${this.say("cancel")}</button>
      </div>`;
  }
  copy(one) {
    const text = this.copies[one.id];
    if (text === void 0) return null;
    return b2`<p>${this.say("not_writable")}</p>
      <textarea rows="12" readonly aria-label=${this.say("copy")}>${text}</textarea>`;
  }
  async follow() {
    await this.refresh();
    if (this.told && this.isConnected && !this.end) {
      this.end = await this.hass.connection.subscribeMessage(() => void this.refresh(), {
        type: "local_things/suggestions/subscribe"
      });
    }
  }
  async refresh() {
    await this.trying(async () => {
      this.told = await listSuggestions(this.hass);
    });
  }
  async ask(command, words = {}) {
    await this.trying(async () => {
      await this.hass.callWS({ type: `local_things/suggestions/${command}`, ...words });
      this.refusing = "";
    });
    await this.refresh();
  }
  async erase() {
    await this.ask("erase");
    this.erasing = false;
  }
  /** Makes an ordinary automation through Home Assistant's own editor interface, as this administrator. */
  async use(one, edit = false) {
    await this.trying(async () => {
      const { automation_id, config } = await this.automation(one);
      await this.hass.callApi("POST", `config/automation/config/${encodeURIComponent(automation_id)}`, config);
      await this.hass.callWS({ type: "local_things/suggestions/accept", suggestion: one.id, automation_id });
      if (edit) navigate(`/config/automation/edit/${encodeURIComponent(automation_id)}`);
    });
    await this.refresh();
  }
  /** JSON is YAML too (YAML 1.2): the editor and the file take it as it is. */
  async show(one) {
    await this.trying(async () => {
      const { config } = await this.automation(one);
      this.copies = { ...this.copies, [one.id]: JSON.stringify(config, null, 2) };
    });
  }
  automation(one) {
    return this.hass.callWS({ type: "local_things/suggestions/automation", suggestion: one.id });
  }
  async trying(act) {
    this.busy = true;
    try {
      await act();
      this.failed = "";
    } catch (error) {
      this.failed = error.message ?? String(error);
    } finally {
      this.busy = false;
    }
  }
};
SuggestionsView.styles = [
  shared,
  i`
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
    `
];
__decorateClass([
  r5()
], SuggestionsView.prototype, "told", 2);
__decorateClass([
  r5()
], SuggestionsView.prototype, "failed", 2);
__decorateClass([
  r5()
], SuggestionsView.prototype, "busy", 2);
__decorateClass([
  r5()
], SuggestionsView.prototype, "refusing", 2);
__decorateClass([
  r5()
], SuggestionsView.prototype, "erasing", 2);
__decorateClass([
  r5()
], SuggestionsView.prototype, "copies", 2);
SuggestionsView = __decorateClass([
  t3("local-things-view-suggestions")
], SuggestionsView);

// src/parts/mesh.ts
var RADIO = 0;
var RING = 120;
var MARGIN = 50;
var GOOD = 170;
var FAIR = 85;
var parents = (mesh) => {
  const found = /* @__PURE__ */ new Map([[RADIO, { parent: RADIO, quality: null, depth: 0 }]]);
  const links = [...mesh.links].sort((one, other) => other.quality - one.quality);
  for (let ring = [RADIO]; ring.length; ) {
    const next = [];
    for (const { node, other, quality: quality2 } of links) {
      for (const [near, far] of [
        [node, other],
        [other, node]
      ]) {
        if (!ring.includes(near) || found.has(far)) continue;
        found.set(far, { parent: near, quality: quality2, depth: (found.get(near)?.depth ?? 0) + 1 });
        next.push(far);
      }
    }
    ring = next;
  }
  for (const { number, quality: quality2 } of mesh.nodes) {
    if (!found.has(number)) found.set(number, { parent: RADIO, quality: quality2, depth: 1 });
  }
  return found;
};
var MeshMap = class extends i4 {
  constructor() {
    super(...arguments);
    this.mesh = { nodes: [], links: [] };
    this.label = "";
  }
  render() {
    const ways = parents(this.mesh);
    const places = this.places(ways);
    const reach = MARGIN + RING * Math.max(1, ...[...ways.values()].map((way) => way.depth));
    return b2`<svg viewBox="${-reach} ${-reach} ${2 * reach} ${2 * reach}" role="img" aria-label=${this.label}>
      ${[...places.values()].map(({ node, x: x2, y: y3 }) => {
      const way = ways.get(node.number);
      const from = places.get(way.parent);
      if (node.number === RADIO || !from) return null;
      return w`<line class=${quality(way.quality)} x1=${from.x} y1=${from.y} x2=${x2} y2=${y3}></line>`;
    })}
      ${[...places.values()].map(
      ({ node, x: x2, y: y3 }) => w`<g>
          <title>${node.name} ${ways.get(node.number)?.quality ?? ""}</title>
          <circle class=${node.kind} cx=${x2} cy=${y3} r=${node.number === RADIO ? 14 : 9}></circle>
          <text x=${x2} y=${y3 < 0 ? y3 - 16 : y3 + 26}>${node.name}</text>
        </g>`
    )}
    </svg>`;
  }
  /** Puts each node on the ring of its depth, children near whom they hang at. */
  places(ways) {
    const children = /* @__PURE__ */ new Map();
    for (const node of this.mesh.nodes) {
      if (node.number === RADIO) continue;
      const parent = ways.get(node.number).parent;
      children.set(parent, [...children.get(parent) ?? [], node]);
    }
    const places = /* @__PURE__ */ new Map();
    const put = (node, from, to) => {
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
};
MeshMap.styles = i`
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
__decorateClass([
  n4({ attribute: false })
], MeshMap.prototype, "mesh", 2);
__decorateClass([
  n4()
], MeshMap.prototype, "label", 2);
MeshMap = __decorateClass([
  t3("local-things-mesh")
], MeshMap);
var quality = (lqi) => lqi === null ? "untold" : lqi >= GOOD ? "good" : lqi >= FAIR ? "fair" : "poor";

// src/views/things.ts
var KINDS = ["network", "zigbee", "poe_switch"];
var ThingsView = class extends View {
  constructor() {
    super(...arguments);
    this.told = new Entries(this, KINDS);
  }
  render() {
    const entries = this.told.entries;
    if (entries === null) return this.waiting(this.told);
    const shown = entries.filter((entry) => entry.things.length);
    if (!shown.length) return this.nothing("nothing_things");
    const ports = this.ports(entries);
    return b2`${shown.map((entry) => this.entry(entry, ports))}`;
  }
  /** Returns which port feeds a device, by the device's id. */
  ports(entries) {
    const things = new Map(entries.flatMap((entry) => entry.things.map((thing) => [thing.id, thing])));
    const links = entries.flatMap((entry) => entry.links ?? []);
    return new Map(
      links.flatMap(({ device_id, port }) => {
        const thing = things.get(port);
        return thing ? [[device_id, thing]] : [];
      })
    );
  }
  entry(entry, ports) {
    const silent = entry.things.filter((thing) => !thing.available).length;
    const columns = this.columns(ports).filter(
      (column) => !column.rare || entry.things.some((thing) => column.cell(thing) !== "")
    );
    return b2`<section class="card">
      <h2>${entry.title}</h2>
      <p class="quiet">${this.say("things_count", { count: entry.things.length, silent })}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">${this.say("device")}</th>
            ${columns.map((column) => b2`<th scope="col">${this.say(column.title)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${entry.things.map(
      (thing) => b2`<tr>
              ${this.head(thing)}
              ${columns.map((column) => b2`<td data-title=${this.say(column.title)}>${column.cell(thing)}</td>`)}
            </tr>`
    )}
        </tbody>
      </table>
      ${entry.mesh && entry.mesh.nodes.length > 1 ? this.mesh(entry.mesh) : null}
    </section>`;
  }
  /** Returns what is told of each device; a rare column is shown only where there is something in it. */
  columns(ports) {
    const port = (thing) => thing.device_id === null ? "" : ports.get(thing.device_id)?.title ?? "";
    return [
      { title: "state", cell: (thing) => this.state(thing) },
      { title: "reached_by", cell: (thing) => thing.protocol },
      { title: "protection", cell: (thing) => this.say(`security_${thing.security}`) },
      { title: "port", rare: true, cell: port },
      { title: "draws", rare: true, cell: (thing) => this.power(thing.device_id) },
      { title: "seen", rare: true, cell: (thing) => thing.last_seen ? dateTime(this.hass, thing.last_seen) : "" }
    ];
  }
  head(thing) {
    return b2`<td class="head">
      ${thing.device_id === null ? thing.title : b2`<a href="/config/devices/device/${thing.device_id}">${thing.title}</a>`}
      <div class="quiet">${thing.model}</div>
    </td>`;
  }
  mesh(mesh) {
    return b2`<h3>${this.say("map")}</h3>
      <local-things-mesh .mesh=${mesh} label=${this.say("map_label", { count: mesh.nodes.length })}></local-things-mesh>
      <p class="quiet">${this.say(mesh.links.length ? "map_lines" : "map_untold")}</p>`;
  }
  state(thing) {
    if (thing.available) return this.say("answers");
    return this.say(thing.reason !== null && isWord(thing.reason) ? thing.reason : "silent");
  }
  /** Returns what a device draws, whoever measures it. */
  power(deviceId) {
    const measured = Object.values(this.hass.entities).filter((entity) => deviceId !== null && entity.device_id === deviceId).map((entity) => this.hass.states[entity.entity_id]).find((state) => state?.attributes["device_class"] === "power");
    return measured ? this.hass.formatEntityState(measured) : "";
  }
};
ThingsView = __decorateClass([
  t3("local-things-view-things")
], ThingsView);

// src/panel.ts
var ROOT = "/local-things";
var VIEWS = {
  things: (hass) => b2`<local-things-view-things .hass=${hass}></local-things-view-things>`,
  power: (hass) => b2`<local-things-view-power .hass=${hass}></local-things-view-power>`,
  conflicts: (hass) => b2`<local-things-view-conflicts .hass=${hass}></local-things-view-conflicts>`,
  suggestions: (hass) => b2`<local-things-view-suggestions .hass=${hass}></local-things-view-suggestions>`
};
var NAMES = Object.keys(VIEWS);
var LocalThingsPanel = class extends i4 {
  constructor() {
    super(...arguments);
    this.narrow = false;
  }
  render() {
    const say = sayer(this.hass.locale.language);
    const name = this.name;
    return b2`<header>
        <ha-menu-button .hass=${this.hass} .narrow=${this.narrow}></ha-menu-button>
        <h1>${say("title")}</h1>
        <nav aria-label=${say("views")}>
          ${NAMES.map(
      (one) => b2`<a href="${ROOT}/${one}" aria-current=${one === name ? "page" : "false"}>${say(one)}</a>`
    )}
        </nav>
      </header>
      <main>${VIEWS[name](this.hass)}</main>`;
  }
  get name() {
    const asked = this.route?.path.split("/")[1];
    return NAMES.find((one) => one === asked) ?? "things";
  }
};
LocalThingsPanel.styles = i`
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
__decorateClass([
  n4({ attribute: false })
], LocalThingsPanel.prototype, "hass", 2);
__decorateClass([
  n4({ type: Boolean })
], LocalThingsPanel.prototype, "narrow", 2);
__decorateClass([
  n4({ attribute: false })
], LocalThingsPanel.prototype, "route", 2);
LocalThingsPanel = __decorateClass([
  t3("local-things-panel")
], LocalThingsPanel);
export {
  LocalThingsPanel
};
