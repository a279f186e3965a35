/**
 * What the page itself shows and does, its pictures and its buttons. What a registered class shows or does, it says
 * itself, in the catalogue.
 */

/** @typedef {{ title: string, help: string, formula?: string, try_this?: string }} Text */

/** @type {Record<string, Text>} */
export const PICTURES = {
  network: {
    title: "The network",
    help: "Every square is a neuron: a map of what it answers at each point of the plane, or its curve over a single input."
      + " Every line is a weight: its width says how large it is, its colour and dashes whether it is positive or negative."
      + " Small squares are biases.",
    formula: String.raw`a^{[l]} = g\bigl(W^{[l]} a^{[l-1]} + b^{[l]}\bigr)`,
    try_this: "Rest the pointer on a neuron to see its map large; click a line to type its weight.",
  },
  loss: {
    title: "Loss curve",
    help: "How wrong the network is, step by step, on the examples it learns from and on those it never learns from."
      + " A growing distance between the curves is overfitting.",
    formula: String.raw`J = \frac{1}{m} \sum_{i=1}^{m} \mathcal{L}\bigl(\hat{y}^{(i)}, y^{(i)}\bigr)`,
    try_this: "Raise the learning rate tenfold while it trains: the curve begins to jump, then leaves the picture.",
  },
  accuracy: {
    title: "Accuracy",
    help: "The share of examples whose class the network gets right, each split on its own.",
    formula: String.raw`\frac{1}{m} \sum_{i=1}^{m} \bigl[\hat{c}^{(i)} = y^{(i)}\bigr]`,
    try_this: "Look at loss and accuracy together: the loss still falls when the accuracy has stopped rising.",
  },
  r2: {
    title: "R²",
    help: "The share of the targets' variance that the network explains: 1 is perfect, 0 no better than the mean.",
    formula: String.raw`R^2 = 1 - \frac{\sum_i (y^{(i)} - \hat{y}^{(i)})^2}{\sum_i (y^{(i)} - \bar{y})^2}`,
    try_this: "Add noise to the data: however long it trains, R² on the test set no longer reaches 1.",
  },
  confusion: {
    title: "Confusion matrix",
    help: "Each row is a true class, each column an answer, each number how many examples: those on the diagonal are"
      + " right, the others say what is taken for what.",
    try_this: "Find the largest number off the diagonal: would you have made the same mistake?",
  },
  scatter: {
    title: "Predicted and true",
    help: "Every example at its true number (across) and at the network's answer (up): on the dashed line they agree.",
    try_this: "Points that lie flatter than the line mean that the network plays safe, near the mean.",
  },
  smoothing: {
    title: "Smoothing",
    help: "An exponentially weighted average, corrected for its start from zero; the raw curve stays behind it, faint.",
    formula: String.raw`v_t = \beta v_{t-1} + (1-\beta)\,\theta_t, \qquad \hat{v}_t = \frac{v_t}{1-\beta^t}`,
    try_this: "Batch size 1 makes a ragged curve: smooth it until you see where it is going.",
  },
  log_loss: {
    title: "Logarithmic scale",
    help: "Equal distances mean equal factors: small losses, late in the run, become as visible as large ones.",
    try_this: "Train until the curve seems flat, then switch it on: the loss is still falling.",
  },
  show_test: {
    title: "Test points",
    help: "Shows the examples that the network never learns from, as rings. Only the picture changes.",
    try_this: "Count the rings on the wrong side of the border: that is the test error.",
  },
  discretize: {
    title: "Discretize",
    help: "Shows only the decision, not how sure the network is. Only the picture changes.",
    try_this: "Switch it on and off near the border: the sharp line hides how unsure the network is there.",
  },
  regenerate: {
    title: "New examples",
    help: "Takes a new seed: other examples, another split and other first weights."
      + " The same seed always gives the same run.",
    try_this: "Train, note the test loss, and repeat with five seeds: how much was luck?",
  },
  play: {
    title: "Play and pause",
    help: "Trains step after step until you pause. Every setting may change while it trains.",
  },
  step: {
    title: "Step",
    help: "One batch: the network looks at a few examples and moves its weights once."
      + " One epoch: once through all of them.",
    formula: String.raw`\theta \leftarrow \theta - \alpha\, \nabla_{\theta} J`,
    try_this: "Take single steps with batch size 1, then with the whole set: see how straight the way becomes.",
  },
  reset: {
    title: "Reset",
    help: "Goes back to the first weights. The same seed, so exactly the same ones again.",
    try_this: "Reset and play twice: the two runs agree in every digit.",
  },
  new_seed: {
    title: "New seed",
    help: "Takes another seed: other examples, another split and other first weights.",
  },
  speed: {
    title: "Speed",
    help: "How many steps in a second, from one at a time to as fast as this machine can.",
  },
  share: {
    title: "Share",
    help: "Lets others watch this network train, by a link or a code for their phones; or gives a link that opens the"
      + " same experiment elsewhere, with every choice and the seed.",
    try_this: "Send the experiment to a neighbour: you will see the same first weights and the same curve.",
  },
  presence: {
    title: "Who is here",
    help: "How many pages watch this session. The owner sees who, and can hand control to any of them and take it back."
      + " Where more than 50 watch, each page gets the weights alone and computes the maps itself, to spare the server.",
  },
  watching: {
    title: "You are watching",
    help: "The pictures are live and the same for all. Only the owner, and whoever has been handed control, can play,"
      + " pause and change the network. How the pictures look here is up to you.",
    try_this: "Guess before the owner does it: what will a ten times larger learning rate do to the curve?",
  },
  ask: {
    title: "Ask for control",
    help: "Tells the owner that you would like to try something. When they hand you control, this page comes alive.",
  },
  copy: {
    title: "Make my own copy",
    help: "Opens the same experiment, untrained, in a playground of your own. There you may change everything.",
  },
  present: {
    title: "Presentation",
    help: "For a projector: the network, its answer and the curve alone, larger and with stronger contrast.",
  },
  theme: {
    title: "Colours",
    help: "Light, dark, or as your system has it. The meaning of the colours stays the same.",
  },
  keys: {
    title: "Keyboard",
    help: "Lists the keys. On any control, ? shows its explanation here.",
  },
  enlarge: {
    title: "Enlarge",
    help: "Shows this picture in the place of the network, and again the network.",
  },
  rewind: {
    title: "Rewind",
    help: "Goes back to the last step at which every number was still finite.",
  },
};
