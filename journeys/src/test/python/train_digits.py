"""Trains a classifier of handwritten digits on all workers of a TFJob together, and leaves it as one SavedModel.

Every worker sees its own share of the data; gradients are averaged over all of them, so that all
end with the same weights. The first worker writes the model.

usage: train_digits.py DIGITS.npz MODEL-DIRECTORY
"""
import json
import os
import sys

import numpy
import tensorflow as tf

digits, target = sys.argv[1:3]
task = json.loads(os.environ["TF_CONFIG"])["task"]
options = tf.distribute.experimental.CommunicationOptions(timeout_seconds=120)
strategy = tf.distribute.MultiWorkerMirroredStrategy(communication_options=options)
workers = strategy.num_replicas_in_sync
print("worker", task["index"], "of", workers, flush=True)

data = numpy.load(digits)
x = data["x"][task["index"]::workers].astype("float32") / 16
y = data["y"][task["index"]::workers].astype("int64")
steps = min(len(range(i, len(data["y"]), workers)) for i in range(workers)) // 32

with strategy.scope():
    tf.random.set_seed(7)
    w1 = tf.Variable(tf.random.normal([64, 32], stddev=0.2, seed=1))
    b1 = tf.Variable(tf.zeros([32]))
    w2 = tf.Variable(tf.random.normal([32, 10], stddev=0.2, seed=2))
    b2 = tf.Variable(tf.zeros([10]))
    weights = [w1, b1, w2, b2]


def logits(rows, a, b, c, d):
    return tf.nn.relu(rows @ a + b) @ c + d


def descend(rows, labels):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits(rows, *weights)))
    context = tf.distribute.get_replica_context()
    gradients = context.all_reduce(tf.distribute.ReduceOp.MEAN, tape.gradient(loss, weights))
    for weight, gradient in zip(weights, gradients):
        weight.assign_sub(0.5 * gradient)
    return loss


@tf.function
def step(rows, labels):
    return strategy.run(descend, args=(rows, labels))


for epoch in range(12):
    for i in range(steps):
        loss = step(tf.constant(x[i * 32:i * 32 + 32]), tf.constant(y[i * 32:i * 32 + 32]))
    print("epoch", epoch, "loss", float(strategy.experimental_local_results(loss)[0]), flush=True)

final = [strategy.experimental_local_results(each)[0].numpy() for each in weights]
print("weights", float(sum(numpy.abs(each).sum() for each in final)), flush=True)


class Classifier(tf.Module):
    def __init__(self):
        super().__init__()
        self.held = [tf.Variable(each) for each in final]

    @tf.function(input_signature=[tf.TensorSpec([None, 64], tf.float32, name="pixels")])
    def serve(self, pixels):
        return {"probabilities": tf.nn.softmax(logits(pixels / 16, *self.held))}


if task["index"] == 0:
    with tf.device("/cpu:0"):
        model = Classifier()
        tf.saved_model.save(model, os.path.join(target, "1"), signatures=model.serve)
    print("saved", flush=True)
