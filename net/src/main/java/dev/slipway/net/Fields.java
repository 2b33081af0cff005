package dev.slipway.net;

import java.util.Iterator;
import java.util.Map;

/// Header fields in the order they came.
@FunctionalInterface
interface Fields {
  Iterator<Map.Entry<CharSequence, CharSequence>> each();
}
