-- One order as a document, as a world sees it: its own row, or that of its base.
SELECT json_build_object(
  'order_id', a.order_id,
  'user_id', a.user_id,
  'status', a.status,
  'address', json_build_object(
    'address1', a.address1, 'address2', a.address2, 'city', a.city,
    'country', a.country, 'state', a.state, 'zip', a.zip
  ),
  'items', (
    SELECT coalesce(json_agg(json_build_object(
      'item_id', item_id, 'product_id', product_id, 'name', name, 'price', price, 'options', options
    ) ORDER BY position), '[]')
    FROM retail_item WHERE order_id = a.id
  ),
  'fulfillments', a.fulfillments,
  'payment_history', (
    SELECT coalesce(json_agg(json_build_object(
      'transaction_type', transaction_type, 'amount', amount, 'payment_method_id', payment_method_id
    ) ORDER BY position), '[]')
    FROM retail_payment WHERE order_id = a.id
  ),
  'cancel_reason', a.cancel_reason,
  'exchange_items', a.exchange_items,
  'exchange_new_items', a.exchange_new_items,
  'exchange_payment_method_id', a.exchange_method_id,
  'exchange_price_difference', a.exchange_difference,
  'return_items', a.return_items,
  'return_payment_method_id', a.return_method_id,
  'stamp', json_build_object('key', a.id, 'version', a.version, 'is_own', a.world = %(own)s)
)::text
FROM retail_order a
WHERE a.order_id = %(order_id)s
  AND (a.world = %(own)s OR a.world = %(base)s AND NOT EXISTS (
    SELECT FROM retail_order b WHERE b.order_id = a.order_id AND b.world = %(own)s
  ))
