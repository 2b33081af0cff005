/// Runs a Java function behind HTTP: what a pod of the image `slipway/function-java` runs. The JDK
/// and Jackson alone, because it is copied beside the function. Start reading at
/// {@link dev.slipway.function.Main}.
@NullMarked
package dev.slipway.function;

import org.jspecify.annotations.NullMarked;
