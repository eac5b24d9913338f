/** Classifier file 分类器文件: a classifier as bytes and back; what is read predicts what was written. */
import type { Classifier } from './classifier.ts';
import { Refused } from './refused.ts';

/** First in every file, so that no other file is taken for one, and a later form can be told apart. */
const mark = 0x43_4c_46_31;

class Writer {
  private readonly view: DataView;
  private at = 0;

  constructor(size: number) {
    this.view = new DataView(new ArrayBuffer(size));
  }

  whole(value: number): void {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  real(value: number): void {
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  single(value: number): void {
    this.view.setFloat32(this.at, value, true);
    this.at += 4;
  }

  step(value: number): void {
    this.view.setInt8(this.at, value);
    this.at += 1;
  }

  text(value: string): void {
    this.whole(value.length);
    for (let n = 0; n < value.length; n++) {
      this.view.setUint16(this.at, value.charCodeAt(n), true);
      this.at += 2;
    }
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.view.buffer);
  }
}

class Reader {
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  whole(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }

  real(): number {
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }

  single(): number {
    this.at += 4;
    return this.view.getFloat32(this.at - 4, true);
  }

  step(): number {
    this.at += 1;
    return this.view.getInt8(this.at - 1);
  }

  text(): string {
    const length = this.whole();
    return Array.from({ length }, () => {
      this.at += 2;
      return String.fromCharCode(this.view.getUint16(this.at - 2, true));
    }).join('');
  }
}

const sizeOf = ({ labels, keys, weights }: Classifier): number =>
  4 * 4 +
  2 * 8 +
  labels.reduce((sum, label) => sum + 4 + 2 * label.length + 8, 0) +
  8 * keys.length +
  weights.length;

/** The classifier as bytes. */
export function writeClassifier(classifier: Classifier): Uint8Array {
  const { labels, keys, rarity, weights, scales, offsets } = classifier;
  const file = new Writer(sizeOf(classifier));
  [mark, classifier.textCount, labels.length, keys.length].forEach((value) => file.whole(value));
  file.real(classifier.sharpness);
  file.real(classifier.threshold);
  labels.forEach((label) => file.text(label));
  for (const list of [scales, offsets]) list.forEach((value) => file.single(value));
  keys.forEach((key) => file.whole(key));
  rarity.forEach((value) => file.single(value));
  weights.forEach((weight) => file.step(weight));
  return file.bytes;
}

/** The classifier written by `writeClassifier`. Throws a Chinese reason for bytes that are no such file. */
export function readClassifier(bytes: Uint8Array): Classifier {
  const damaged = new Refused(400, 'badClassifier', '分类器文件不完整或不是分类器，请重新训练');
  const file = new Reader(bytes);
  if (bytes.length < 32 || file.whole() !== mark) throw damaged;
  const textCount = file.whole();
  const labelCount = file.whole();
  const gramCount = file.whole();
  if (labelCount * 12 + gramCount * (8 + labelCount) > bytes.length) throw damaged;
  const sharpness = file.real();
  const threshold = file.real();
  try {
    const labels = Array.from({ length: labelCount }, () => file.text());
    const singles = (length: number): Float32Array =>
      Float32Array.from({ length }, () => file.single());
    const scales = singles(labelCount);
    const offsets = singles(labelCount);
    const keys = Uint32Array.from({ length: gramCount }, () => file.whole());
    const rarity = singles(gramCount);
    const weights = Int8Array.from({ length: gramCount * labelCount }, () => file.step());
    return { labels, keys, rarity, weights, scales, offsets, sharpness, threshold, textCount };
  } catch (error) {
    if (error instanceof RangeError) throw damaged;
    throw error;
  }
}
