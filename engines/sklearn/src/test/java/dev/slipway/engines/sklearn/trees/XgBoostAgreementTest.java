package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Agreement;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// XGBoost's scikit-learn estimators in pickles, and boosters of their own.
class XgBoostAgreementTest {
  @TestFactory
  Stream<DynamicTest> answersAsPythonDoes() {
    return Agreement.of("xgboosts.py", Agreement.SKLEARN).tests();
  }
}
