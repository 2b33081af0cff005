/// KServe's V1 protocol (`instances` in, `predictions` out), the dialect of TensorFlow Serving that
/// names no types: bytes in, messages out. Read
/// [dev.slipway.inference.codec.v1.V1RequestReader] first.
///
/// Source: kserve/kserve `docs/predict-api/v1`, `python/kserve/kserve/utils/utils.py` (0.20),
/// numpy's
/// rules for arrays of nested lists.
@NullMarked
package dev.slipway.inference.codec.v1;

import org.jspecify.annotations.NullMarked;
