@NullMarked
package dev.slipway.inference.codec.proto;

import org.jspecify.annotations.NullMarked;
