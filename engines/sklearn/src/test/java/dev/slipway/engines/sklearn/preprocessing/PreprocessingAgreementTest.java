package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Agreement;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class PreprocessingAgreementTest {
  @TestFactory
  Stream<DynamicTest> answersAsTheNewestLibraryDoes() {
    return Agreement.of("preprocessing.py", Agreement.SKLEARN).tests();
  }

  @TestFactory
  Stream<DynamicTest> answersAsAnOlderLibraryDoes() {
    return Agreement.of("preprocessing.py", Agreement.OLD).tests();
  }
}
