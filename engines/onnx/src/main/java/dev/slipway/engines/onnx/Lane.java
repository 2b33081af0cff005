package dev.slipway.engines.onnx;

import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A session with prepared calls, in the hands of one thread at a time.
final class Lane {
  /// Input shapes remembered; dynamic batches come in as many sizes.
  private static final int MOST_CALLS = 16;

  /// Elements of one call's inputs and outputs; above, copying and computing outweigh what a
  /// prepared call saves.
  private static final int MOST_ELEMENTS = 1 << 18;

  private final Session session;
  private final boolean owned;
  private final int[] allOutputs;
  private final ArrayList<BoundCall> calls = new ArrayList<>();
  private boolean bindable;
  private boolean proven;

  /// @param owned whether closing the lane closes the session
  Lane(Session session, boolean owned) {
    this.session = session;
    this.owned = owned;
    this.allOutputs = new int[session.outputs().size()];
    for (int i = 0; i < allOutputs.length; i++) {
      allOutputs[i] = i;
    }
    this.bindable =
        session.inputs().stream().allMatch(port -> BoundCall.bindable(port.type()))
            && session.outputs().stream().allMatch(port -> BoundCall.bindable(port.type()));
  }

  List<Tensor> run(Tensor[][] inputs, int[] outputs) throws OrtFailure {
    if (!bindable) {
      return SharedRun.run(session, inputs, outputs);
    }
    var call = find(inputs);
    if (call != null) {
      try {
        call.run(inputs);
        var tensors = new ArrayList<Tensor>(outputs.length);
        for (int output : outputs) {
          tensors.add(call.output(output));
        }
        return tensors;
      } catch (OrtFailure _) {
        return rerun(call, inputs, outputs);
      }
    }
    var all = SharedRun.run(session, inputs, allOutputs);
    learn(inputs, all);
    return outputs.length == all.size() ? all : picked(all, outputs);
  }

  private static List<Tensor> picked(List<Tensor> all, int[] outputs) {
    var some = new ArrayList<Tensor>(outputs.length);
    for (int output : outputs) {
      some.add(all.get(output));
    }
    return some;
  }

  private @Nullable BoundCall find(Tensor[][] inputs) {
    for (int i = 0; i < calls.size(); i++) {
      if (calls.get(i).fits(inputs)) {
        return calls.get(i);
      }
    }
    return null;
  }

  /// A prepared call fails where the inputs are wrong, and then the unbound call says so; or where
  /// the shapes of outputs depend on values, and then nothing can be prepared.
  private List<Tensor> rerun(BoundCall failed, Tensor[][] inputs, int[] outputs) throws OrtFailure {
    var tensors = SharedRun.run(session, inputs, outputs);
    bindable = false;
    failed.close();
    calls.remove(failed);
    return tensors;
  }

  private void learn(Tensor[][] inputs, List<Tensor> answer) {
    if (calls.size() == MOST_CALLS || answer.size() != allOutputs.length) {
      return;
    }
    long elements = 0;
    for (var input : inputs) {
      elements += input[0].size();
    }
    for (var output : answer) {
      elements += output.size();
    }
    if (elements > MOST_ELEMENTS) {
      return;
    }
    try {
      var call = new BoundCall(session, inputs, answer);
      if (proven || call.answers(inputs, answer)) {
        proven = true;
        calls.add(call);
        return;
      }
      call.close();
    } catch (OrtFailure _) {
      // the answer is there already; the next call goes the ordinary way
    }
    bindable = false;
  }

  void close() {
    calls.forEach(BoundCall::close);
    calls.clear();
    if (owned) {
      session.close();
    }
  }
}
