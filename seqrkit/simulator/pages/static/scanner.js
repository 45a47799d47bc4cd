// Reads a code with the camera, if the browser supports it (BarcodeDetector, on https or localhost).

const EVERY_MS = 200;

/** Return whether this browser can read QR codes with a camera. */
export async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  try {
    return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
  } catch {
    return false;
  }
}

/**
 * Show the camera in `video` and call `found(text)` with the first code read. Returns a function that
 * stops it. Throws the browser's error if the camera may not be used.
 */
export async function scan(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let going = true;
  const stop = () => {
    going = false;
    for (const track of stream.getTracks()) track.stop();
  };
  video.srcObject = stream;
  await video.play();
  const look = async () => {
    if (!going) return;
    const codes = await detector.detect(video).catch(() => []);
    if (!going) return;
    if (codes.length) {
      stop();
      found(codes[0].rawValue);
    } else setTimeout(look, EVERY_MS);
  };
  setTimeout(look, EVERY_MS);
  return stop;
}
