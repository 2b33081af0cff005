/// What trials write, as metrics: text and JSON lines, TensorFlow's event files, Prometheus' pages;
/// and when what they report stops them. Pure.
@NullMarked
package dev.slipway.katib.parse;

import org.jspecify.annotations.NullMarked;
