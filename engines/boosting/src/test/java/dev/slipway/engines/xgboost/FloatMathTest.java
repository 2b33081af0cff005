package dev.slipway.engines.xgboost;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Compares with the functions of the C library this runs on.
class FloatMathTest {
  private static final int VALUES = 2_000_000;

  @Test
  void exponentialsHaveTheBitsOfTheCLibrary() throws Throwable {
    var original = original("expf");
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < VALUES; i++) {
      float x = (float) (random.nextGaussian() * 20);
      same(FloatMath.exp(x), (float) original.invokeExact(x), x, seed);
    }
    for (float x : new float[] {0, -0f, 1, -200, 200, 88.8f, -103.9f, Float.NaN, 1e-30f}) {
      same(FloatMath.exp(x), (float) original.invokeExact(x), x, seed);
    }
  }

  @Test
  void logarithmsHaveTheBitsOfTheCLibrary() throws Throwable {
    var original = original("logf");
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < VALUES; i++) {
      float x = (float) Math.exp(random.nextGaussian() * (i % 2 == 0 ? 1 : 20));
      same(FloatMath.log(x), (float) original.invokeExact(x), x, seed);
    }
    for (float x : new float[] {0, 1, -1, 1e-40f, Float.NaN, Float.POSITIVE_INFINITY}) {
      same(FloatMath.log(x), (float) original.invokeExact(x), x, seed);
    }
  }

  @SuppressWarnings("restricted") // calls the C library
  private static MethodHandle original(String name) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_FLOAT, ValueLayout.JAVA_FLOAT));
  }

  private static void same(float found, float expected, float x, long seed) {
    if (Float.floatToIntBits(found) != Float.floatToIntBits(expected)) {
      assertThat(found).as("%s, seed %d", x, seed).isEqualTo(expected);
    }
  }
}
