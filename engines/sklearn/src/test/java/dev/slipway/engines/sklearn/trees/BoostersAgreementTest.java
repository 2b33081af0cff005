package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Agreement;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// LightGBM's scikit-learn estimators against the library that trained them.
class BoostersAgreementTest {
  @TestFactory
  Stream<DynamicTest> answersAsPythonDoes() {
    return Agreement.of("boosters.py", Agreement.SKLEARN).tests();
  }
}
