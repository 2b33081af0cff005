package dev.slipway.engines.onnx;

import static java.util.stream.Collectors.toMap;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Conformance models that ONNX Runtime 1.29 itself does not compute, computes otherwise on
/// purpose,
/// or computes by chance.
final class Refused {
  /// @param message part of what the user is told
  record Reason(String why, String message, List<String> models) {}

  private static final List<Reason> REASONS =
      List.of(
          reason(
              "operators of opset 6 and before are not implemented",
              "Could not find an implementation for",
              """
              test_AvgPool1d test_AvgPool1d_stride test_AvgPool2d test_AvgPool2d_stride test_AvgPool3d
              test_AvgPool3d_stride test_AvgPool3d_stride1_pad0_gpu_input
              test_BatchNorm1d_3d_input_eval test_BatchNorm2d_eval test_BatchNorm2d_momentum_eval
              test_BatchNorm3d_eval test_BatchNorm3d_momentum_eval
              test_GLU test_GLU_dim test_PoissonNLLLLoss_no_reduce
              test_Linear test_operator_addmm test_operator_mm
              test_PReLU_1d test_PReLU_1d_multiparam test_PReLU_2d test_PReLU_2d_multiparam
              test_PReLU_3d test_PReLU_3d_multiparam
              test_Softsign test_operator_add_broadcast test_operator_add_size1_broadcast
              test_operator_add_size1_right_broadcast test_operator_add_size1_singleton_broadcast
              test_operator_addconstant test_operator_basic test_operator_non_float_params
              test_operator_params test_operator_pow
              """),
          reason(
              "no kernel for these element types",
              "Could not find an implementation for",
              """
              test_bitshift_left_uint16 test_bitshift_right_uint16 test_max_int16 test_max_uint16
              test_min_int16 test_min_uint16 test_pow_types_float32_uint32
              test_pow_types_float32_uint64
              """),
          reason(
              "training operators are not in a runtime for inference",
              "is not a registered function/op",
              """
              test_adagrad test_adagrad_multiple test_adam test_adam_multiple test_momentum
              test_momentum_multiple test_nesterov_momentum test_gradient_of_add
              test_gradient_of_add_and_mul
              """),
          reason(
              "recurrent operators with the batch first are not implemented",
              "layout_ == 0 was false",
              "test_gru_batchwise test_lstm_batchwise test_simple_rnn_batchwise"),
          reason(
              "the data's shape [1] is not the model's [3, 4]",
              "of shape [1]",
              """
              test_castlike_FLOAT_to_BFLOAT16 test_castlike_FLOAT_to_BFLOAT16_expanded
              test_castlike_BFLOAT16_to_FLOAT test_castlike_BFLOAT16_to_FLOAT_expanded
              """));

  private static final Map<String, Reason> BY_MODEL =
      REASONS.stream()
          .flatMap(reason -> reason.models().stream().map(model -> Map.entry(model, reason)))
          .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));

  /// Answers drawn by chance: only type and shape can be compared.
  static final Set<String> CHANCE =
      Set.of(
          "test_bernoulli",
          "test_bernoulli_double",
          "test_bernoulli_double_expanded",
          "test_bernoulli_expanded",
          "test_bernoulli_seed",
          "test_bernoulli_seed_expanded",
          "test_training_dropout",
          "test_training_dropout_default",
          "test_training_dropout_default_mask",
          "test_training_dropout_mask");

  /// Where ONNX Runtime reads the specification otherwise (its own test runner leaves these out).
  static final Set<String> DIFFERENT =
      Set.of(
          "test_maxunpool_export_with_output_shape",
          "test_resize_downsample_scales_cubic_align_corners",
          "test_resize_downsample_scales_linear_align_corners");

  /// Sums of terms that cancel: the error is small beside the largest element, not beside each.
  static final Set<String> CANCELLING =
      Set.of("test_dft", "test_dft_axis", "test_dft_inverse", "test_stft", "test_stft_with_window");

  private Refused() {}

  static Stream<String> models() {
    return BY_MODEL.keySet().stream();
  }

  /// Why a model is refused; one without a message if it is not.
  static Reason reason(String model) {
    return BY_MODEL.getOrDefault(model, new Reason("", "", List.of()));
  }

  private static Reason reason(String why, String message, String models) {
    return new Reason(why, message, Arrays.asList(models.strip().split("\\s+", -1)));
  }
}
