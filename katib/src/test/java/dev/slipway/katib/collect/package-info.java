/// Tests of collection.
@org.jspecify.annotations.NullMarked
package dev.slipway.katib.collect;
