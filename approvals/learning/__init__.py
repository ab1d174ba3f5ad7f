"""What decisions teach: labels, certificates of what they prove, and the thresholds that rest on them."""
