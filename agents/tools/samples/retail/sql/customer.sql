-- One customer as a document, as a world sees them: its own row, or that of its base.
SELECT json_build_object(
  'user_id', a.user_id,
  'name', json_build_object('first_name', a.first_name, 'last_name', a.last_name),
  'address', json_build_object(
    'address1', a.address1, 'address2', a.address2, 'city', a.city,
    'country', a.country, 'state', a.state, 'zip', a.zip
  ),
  'email', a.email,
  'payment_methods', (
    SELECT coalesce(json_object_agg(method_id, json_build_object(
      'id', method_id, 'source', source, 'brand', brand, 'last_four', last_four, 'balance', balance
    ) ORDER BY id), '{}')
    FROM retail_method WHERE customer_id = a.id
  ),
  'orders', a.orders,
  'stamp', json_build_object('key', a.id, 'version', a.version, 'is_own', a.world = %(own)s)
)::text
FROM retail_customer a
WHERE a.user_id = %(user_id)s
  AND (a.world = %(own)s OR a.world = %(base)s AND NOT EXISTS (
    SELECT FROM retail_customer b WHERE b.user_id = a.user_id AND b.world = %(own)s
  ))
