/** What the page and the module that draws a structure say to each other. */

/** A frame, as it is drawn. */
export interface Drawn {
  /** x y z of one atom after the other, in Å. */
  readonly positions: Float32Array<ArrayBuffer>;
  /** Red, green and blue of each atom. */
  readonly colours: Uint8Array<ArrayBuffer>;
  /** Of the balls, in Å. */
  readonly radii: Float32Array<ArrayBuffer>;
  readonly bonds: {
    /** Two atoms for each. */
    readonly atoms: Uint32Array<ArrayBuffer>;
  };
  /** Nine numbers, the rows a, b, c, in Å. */
  readonly cell: Float32Array<ArrayBuffer> | null;
  /** Indices of the atoms that are selected. */
  readonly selected: Uint32Array<ArrayBuffer>;
}

/** Why nothing is drawn. */
export const NO_WEBGL = 'WebGL is missing or turned off';

export type SceneRequest =
  | { readonly do: 'canvas'; readonly canvas: OffscreenCanvas }
  | { readonly do: 'size'; readonly width: number; readonly height: number; readonly ratio: number }
  | { readonly do: 'theme'; readonly isDark: boolean }
  /**
   * Another frame; a new data set is looked at from the beginning, another frame of it as the one
   * before.
   */
  | { readonly do: 'show'; readonly drawn: Drawn; readonly isNew: boolean }
  | { readonly do: 'mark'; readonly selected: Uint32Array }
  /** In radians. */
  | { readonly do: 'turn'; readonly across: number; readonly down: number }
  /** In pixels. */
  | { readonly do: 'move'; readonly across: number; readonly down: number }
  | { readonly do: 'zoom'; readonly factor: number }
  | { readonly do: 'whole' }
  /** The picture as a file. */
  | { readonly do: 'png' }
  | { readonly do: 'pick'; readonly left: number; readonly top: number }
  /** Corners in pixels, x y of one after the other. */
  | { readonly do: 'lasso'; readonly polygon: Float64Array };

/** Whether a request changes the picture. */
export function changesPicture(request: SceneRequest): boolean {
  return !['canvas', 'pick', 'lasso', 'png'].includes(request.do);
}

/**
 * What the module finds where no worker can draw, and the page loads it itself: requests and
 * replies go through the port as they do to and from a worker, but a canvas cannot.
 */
export interface SceneOfPage {
  readonly questsScene?: { readonly port: MessagePort; readonly canvas: HTMLCanvasElement };
}

export type SceneReply =
  /** A worker has started: whether it can draw. */
  | { readonly is: 'started'; readonly canDraw: boolean }
  /** Of how many of the requests that change the picture it is one. */
  | { readonly is: 'drawn'; readonly of: number }
  | { readonly is: 'picked'; readonly atom: number }
  | { readonly is: 'lassoed'; readonly atoms: Uint32Array }
  | { readonly is: 'png'; readonly blob: Blob }
  | { readonly is: 'failure'; readonly message: string };
